-- Pairs of answers to one question that may be alike. Not all pairs are made: answers of several people that
-- share a band of their sketches meet in a bucket, and there each meets the first and the one before it, in
-- the order of people and interviews, so that n alike answers make at most 2n pairs a band and not n². A
-- table of its own, since how many pairs come out cannot be guessed beforehand: the join that compares them
-- is then planned for as many as there are. In an increment only the pairs that meet now and did not, or did
-- and do not any more, in the buckets of answers that came, changed or went.
{{ after_the_inputs() }}
{{ config(incremental_strategy='replaced') }}

{% if is_incremental() -%}
with texts as (
    select
        text_number,
        question_id,
        candidate_id,
        interview_id,
        bands,
        is_gone or interview_id not in {{ changed_interviews() }} as was_there,
        not is_gone as is_there
    from {{ ref('int_similar_texts') }}
),

touching as (
    select
        question_id,
        {{ each_with_place('bands', 'band', 'band_number') }}
    from texts
    where not was_there or not is_there
),

touched as (
    select distinct
        question_id,
        band_number,
        band
    from touching
),

banded as (
    select
        text_number,
        question_id,
        candidate_id,
        interview_id,
        was_there,
        is_there,
        {{ each_with_place('bands', 'band', 'band_number') }}
    from texts
),

members as (
    select banded.*
    from banded
    inner join touched
        on
            banded.question_id = touched.question_id
            and banded.band_number = touched.band_number
            and banded.band = touched.band
),

-- Whom each met first and last, among those who were there before and among those who are now.
met as (
    select
        text_number,
        was_there,
        is_there,
        {{ first_known('case when was_there then text_number end') }} over so_far as was_first,
        {{ last_known('case when was_there then text_number end') }} over earlier as was_previous,
        {{ first_known('case when is_there then text_number end') }} over so_far as is_first,
        {{ last_known('case when is_there then text_number end') }} over earlier as is_previous
    from members
    window
        so_far as (
            partition by question_id, band_number, band
            order by candidate_id asc nulls last, interview_id asc nulls last
            rows between unbounded preceding and current row
        ),
        earlier as (
            partition by question_id, band_number, band
            order by candidate_id asc nulls last, interview_id asc nulls last
            rows between unbounded preceding and 1 preceding
        )
),

changed as (
    select * from met
    where
        was_there <> is_there
        or was_first is distinct from is_first
        or was_previous is distinct from is_previous
)

-- A pair may have parted here and meet in another bucket: whoever takes away its link looks there.
{%- for time in ['was', 'is'] %}
{%- for whom in ['first', 'previous'] %}
select
    {{ time }}_{{ whom }} as text_number,
    text_number as other_text_number,
    {{ 'true' if time == 'is' else 'false' }} as is_met
from changed
where {{ time }}_there and {{ time }}_{{ whom }} <> text_number
{{ "union" if not (loop.last and time == 'is') }}
{%- endfor %}
{%- endfor %}
{%- else -%}
with banded as (
    select
        text_number,
        question_id,
        candidate_id,
        {{ each_with_place('bands', 'band', 'band_number') }}
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

-- All are numbered in the order of people and interviews.
members as (
    select banded.*
    from banded
    inner join shared_bands
        on
            banded.question_id = shared_bands.question_id
            and banded.band_number = shared_bands.band_number
            and banded.band = shared_bands.band
),

{{ meetings('members', 'pairs', by=['text_number']) }}

select
    pairs.text_number,
    pairs.other_text_number,
    true as is_met
from pairs
{%- endif %}
