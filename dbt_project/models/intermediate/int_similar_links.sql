-- Pairs of answers of different people to one question that look alike.
with limits as (
    {{ signal_limits(['similar_share']) }}
),

-- Each distinct piece turns over one of 512 bits. Sketches of different levels took other shares of their
-- pieces and cannot be compared; that happens to answers of more than two thousand words only.
compared as (
    select
        one.question_id,
        least(one.interview_id, other.interview_id) as interview_id,
        greatest(one.interview_id, other.interview_id) as other_interview_id,
        one.shingles + other.shingles as pieces,
        1 << one.sketch_level as pieces_a_bit,
        (
            {%- for part in range(1, 9) %}
            {{ bits_differing('one.sketch_' ~ part, 'other.sketch_' ~ part) }}
            {{- " +" if not loop.last }}
            {%- endfor %}
        ) as bits
    from {{ ref('int_similar_pairs') }} as pairs
    inner join {{ ref('int_similar_texts') }} as one
        on pairs.text_number = one.text_number
    inner join {{ ref('int_similar_texts') }} as other
        on
            pairs.other_text_number = other.text_number
            and one.sketch_level = other.sketch_level
    where one.candidate_number <> other.candidate_number
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
        {{ stable('greatest((pieces - differing_pieces) / nullif(pieces + differing_pieces, 0), 0)') }}
            as similarity
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
