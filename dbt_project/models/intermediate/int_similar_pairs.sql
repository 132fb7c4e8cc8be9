-- Pairs of answers to one question that may be alike. Not all pairs are made: answers of several people that
-- share a band of their sketches meet in a bucket, and there each meets the first and the one before it, so
-- that n alike answers make at most 2n pairs a band and not n². A table of its own, since how many pairs come
-- out cannot be guessed beforehand: the join that compares them is then planned for as many as there are.
with banded as (
    select
        interview_id,
        question_id,
        candidate_id,
        unnest(bands) as band,
        generate_subscripts(bands, 1) as band_number
    from {{ ref('int_similar_texts') }}
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
)

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
