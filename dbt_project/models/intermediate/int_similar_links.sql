-- Pairs of answers of different people to one question that look alike. An increment compares the pairs that
-- have come to meet, and takes away the links of those that meet nowhere any more.
{{ after_the_inputs() }}
{{ config(
    incremental_strategy='by_link',
    post_hook="delete from {{ ref('int_similar_texts') }} where is_gone",
) }}

with limits as (
    {{ signal_limits(['similar_share']) }}
),

{% if is_incremental() -%}
-- Named where it is read: a step of its own would be written down with all its lists.
{% set texts = "(select * from " ~ ref('int_similar_texts') ~ " where not is_gone)" -%}
parted as (
    select
        pairs.text_number,
        pairs.other_text_number,
        one.question_id,
        one.bands,
        other.bands as other_bands
    from {{ ref('int_similar_pairs') }} as pairs
    inner join {{ texts }} as one on pairs.text_number = one.text_number
    inner join {{ texts }} as other on pairs.other_text_number = other.text_number
    inner join {{ this }} as links
        on
            one.question_id = links.question_id
            and least(one.interview_id, other.interview_id) = links.interview_id
            and greatest(one.interview_id, other.interview_id) = links.other_interview_id
    where not pairs.is_met
),

bands_of_one as (
    select
        text_number,
        other_text_number,
        question_id,
        {{ each_with_place('bands', 'band', 'band_number') }}
    from parted
),

bands_of_other as (
    select
        text_number,
        other_text_number,
        {{ each_with_place('other_bands', 'band', 'band_number') }}
    from parted
),

-- The buckets in which those who parted in one may meet all the same.
shared_bands as (
    select distinct
        bands_of_one.question_id,
        bands_of_one.band_number,
        bands_of_one.band
    from bands_of_one
    inner join bands_of_other
        on
            bands_of_one.text_number = bands_of_other.text_number
            and bands_of_one.other_text_number = bands_of_other.other_text_number
            and bands_of_one.band_number = bands_of_other.band_number
            and bands_of_one.band = bands_of_other.band
),

banded as (
    select
        text_number,
        question_id,
        candidate_id,
        interview_id,
        {{ each_with_place('bands', 'band', 'band_number') }}
    from {{ texts }} as texts
),

members as (
    select banded.*
    from banded
    inner join shared_bands
        on
            banded.question_id = shared_bands.question_id
            and banded.band_number = shared_bands.band_number
            and banded.band = shared_bands.band
),

{{ meetings('members', 'pairs_elsewhere') }},

pairs as (
    select
        text_number,
        other_text_number,
        is_met
    from {{ ref('int_similar_pairs') }}
    where is_met
    union all
    select
        parted.text_number,
        parted.other_text_number,
        false as is_met
    from parted
    anti join pairs_elsewhere
        on
            parted.text_number = pairs_elsewhere.text_number
            and parted.other_text_number = pairs_elsewhere.other_text_number
),

{% else -%}
pairs as (
    select * from {{ ref('int_similar_pairs') }}
),

{% endif -%}
-- Each distinct piece turns over one of 512 bits. Sketches of different levels took other shares of their
-- pieces and cannot be compared; that happens to answers of more than two thousand words only. Said as a
-- difference: by an equation all answers of one level, nearly all there are, could be joined with each
-- other first.
compared as (
    select
        one.question_id,
        least(one.interview_id, other.interview_id) as interview_id,
        greatest(one.interview_id, other.interview_id) as other_interview_id,
        pairs.is_met,
        one.shingles + other.shingles as pieces,
        1 << one.sketch_level as pieces_a_bit,
        (
            {%- for part in range(1, 9) %}
            {{ bits_differing('one.sketch_' ~ part, 'other.sketch_' ~ part) }}
            {{- " +" if not loop.last }}
            {%- endfor %}
        ) as bits
    from pairs
    inner join {{ ref('int_similar_texts') }} as one
        on pairs.text_number = one.text_number
    inner join {{ ref('int_similar_texts') }} as other
        on pairs.other_text_number = other.text_number
    where one.candidate_id <> other.candidate_id and one.sketch_level - other.sketch_level = 0
),

-- So many pieces stand in one of the two only as make so many bits differ.
differing as (
    select
        *,
        -256 * ln(1 - bits / 256) * pieces_a_bit as differing_pieces
    from compared
    where bits < 256
),

estimated as (
    select
        question_id,
        interview_id,
        other_interview_id,
        is_met,
        {{ stable('greatest((pieces - differing_pieces) / nullif(pieces + differing_pieces, 0), 0)') }}
            as similarity
    from differing
)

select
    estimated.question_id,
    estimated.interview_id,
    estimated.other_interview_id,
    -- Without one there is no link: the strategy by_link takes it away.
    case when estimated.is_met then estimated.similarity end as similarity
from estimated
cross join limits
where estimated.similarity >= limits.similar_share
