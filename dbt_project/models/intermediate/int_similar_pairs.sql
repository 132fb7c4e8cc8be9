-- Pairs of answers to one question that may be alike. Not all pairs are made: answers of several people that
-- share a band of their sketches meet in a bucket, and there each meets the first and the one before it, so
-- that n alike answers make at most 2n pairs a band and not n². A table of its own, since how many pairs come
-- out cannot be guessed beforehand: the join that compares them is then planned for as many as there are.
with banded as (
    select
        text_number,
        question_number,
        candidate_number,
        {{ each_with_place('bands', 'band', 'band_number') }}
    from {{ ref('int_similar_texts') }}
),

shared_bands as (
    select
        question_number,
        band_number,
        band
    from banded
    group by question_number, band_number, band
    having min(candidate_number) <> max(candidate_number)
),

met as (
    select
        banded.text_number,
        first_value(banded.text_number) over bucket as first_number,
        lag(banded.text_number) over bucket as previous_number
    from banded
    inner join shared_bands
        on
            banded.question_number = shared_bands.question_number
            and banded.band_number = shared_bands.band_number
            and banded.band = shared_bands.band
    window bucket as (
        partition by banded.question_number, banded.band_number, banded.band
        order by banded.text_number asc nulls last
    )
)

select
    first_number as text_number,
    text_number as other_text_number
from met
where first_number <> text_number
union
select
    previous_number as text_number,
    text_number as other_text_number
from met
where previous_number is not null
