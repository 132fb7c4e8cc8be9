-- Pairs of answers of different people to one question that look alike. Not all pairs are compared:
-- answers that share a band of their sketches meet in a bucket, and there each is compared with the first
-- and with the one before it, so that n alike answers make at most 2n comparisons a band and not n².
with limits as (
    {{ signal_limits(['similar_share', 'similar_shingles']) }}
),

texts as (
    select
        heard.interview_id,
        heard.question_id,
        heard.candidate_id,
        lists.shingles,
        lists.sketch_level,
        lists.sketch_1,
        lists.sketch_2,
        lists.sketch_3,
        lists.sketch_4,
        lists.sketch_5,
        lists.sketch_6,
        lists.sketch_7,
        lists.sketch_8,
        lists.bands
    from {{ ref('int_answers_heard') }} as heard
    inner join {{ ref('stg_answers') }} as lists
        on heard._file_id = lists._file_id and heard._row_number = lists._row_number
    cross join limits
    where lists.bands is not null and lists.shingles >= limits.similar_shingles
),

banded as (
    select
        interview_id,
        question_id,
        candidate_id,
        unnest(bands) as band,
        generate_subscripts(bands, 1) as band_number
    from texts
),

shared_bands as (
    select
        question_id,
        band_number,
        band
    from banded
    group by question_id, band_number, band
    having min(candidate_id) <> max(candidate_id)
),

met as (
    select
        banded.question_id,
        banded.interview_id,
        first_value(banded.interview_id) over bucket as first_id,
        lag(banded.interview_id) over bucket as previous_id
    from banded
    inner join shared_bands
        on
            banded.question_id = shared_bands.question_id
            and banded.band_number = shared_bands.band_number
            and banded.band = shared_bands.band
    window bucket as (
        partition by banded.question_id, banded.band_number, banded.band
        order by banded.candidate_id, banded.interview_id
    )
),

candidates as (
    select
        question_id,
        least(interview_id, first_id) as interview_id,
        greatest(interview_id, first_id) as other_interview_id
    from met
    where interview_id <> first_id
    union
    select
        question_id,
        least(interview_id, previous_id) as interview_id,
        greatest(interview_id, previous_id) as other_interview_id
    from met
    where previous_id is not null
),

-- Each distinct piece turns over one of 512 bits. Sketches of different levels took other shares of their
-- pieces and cannot be compared; that happens to answers of more than two thousand words only.
compared as (
    select
        candidates.question_id,
        candidates.interview_id,
        candidates.other_interview_id,
        one.shingles + other.shingles as pieces,
        1 << one.sketch_level as pieces_a_bit,
        (
            {%- for part in range(1, 9) %}
            cast(bit_count(xor(one.sketch_{{ part }}, other.sketch_{{ part }})) as integer)
            {{- " +" if not loop.last }}
            {%- endfor %}
        ) as bits
    from candidates
    inner join texts as one
        on candidates.question_id = one.question_id and candidates.interview_id = one.interview_id
    inner join texts as other
        on
            candidates.question_id = other.question_id
            and candidates.other_interview_id = other.interview_id
            and one.sketch_level = other.sketch_level
    where one.candidate_id <> other.candidate_id
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
        {{ stable('greatest((pieces - differing_pieces) / (pieces + differing_pieces), 0)') }} as similarity
    from differing
)

select
    estimated.question_id,
    estimated.interview_id,
    estimated.other_interview_id,
    estimated.similarity
from estimated
cross join limits
where estimated.similarity >= limits.similar_share
