-- Pairs of answers of different people to one question that look alike.
with limits as (
    {{ signal_limits(['similar_share']) }}
),

-- Each distinct piece turns over one of 512 bits. Sketches of different levels took other shares of their
-- pieces and cannot be compared; that happens to answers of more than two thousand words only.
compared as (
    select
        pairs.question_id,
        pairs.interview_id,
        pairs.other_interview_id,
        one.shingles + other.shingles as pieces,
        1 << one.sketch_level as pieces_a_bit,
        (
            {%- for part in range(1, 9) %}
            cast(bit_count(xor(one.sketch_{{ part }}, other.sketch_{{ part }})) as integer)
            {{- " +" if not loop.last }}
            {%- endfor %}
        ) as bits
    from {{ ref('int_similar_pairs') }} as pairs
    inner join {{ ref('int_similar_texts') }} as one
        on pairs.question_id = one.question_id and pairs.interview_id = one.interview_id
    inner join {{ ref('int_similar_texts') }} as other
        on
            pairs.question_id = other.question_id
            and pairs.other_interview_id = other.interview_id
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
