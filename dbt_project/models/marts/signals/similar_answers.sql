with groups as (
    select * from {{ ref('int_similar_groups') }}
    where group_id is not null
),

interviews as (
    select * from {{ ref('int_interviews') }}
)

select
    groups.question_id,
    groups.interview_id,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    interviews.completed_at,
    groups.group_id,
    groups.interview_id = groups.group_id as is_first,
    cast(groups.candidates_n as integer) as candidates_n,
    groups.similar_interview_id,
    {{ stable('groups.similarity') }} as similarity
from groups
inner join interviews on groups.interview_id = interviews.interview_id
