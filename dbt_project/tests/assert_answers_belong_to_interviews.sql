-- A returned row is an interview that answers name and no interview export has brought yet. A warning:
-- its answers are kept and wait, they count nowhere.
{{ config(severity = 'warn', meta = {'dagster': {'ref': {'name': 'int_interviews'}}}) }}

with answered as (
    select
        interview_id,
        count(*) as answers_n
    from {{ ref('stg_answers') }}
    group by interview_id
)

select answered.*
from answered
left join {{ ref('int_interviews') }} as interviews on answered.interview_id = interviews.interview_id
where interviews.interview_id is null
