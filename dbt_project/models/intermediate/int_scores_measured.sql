-- Every score that distributions and summaries are made of: composites and competency scores of scored
-- interviews. A vendor's own "composite" is none of our competencies, and must not mix with our composite.
with scored as (
    select
        interviews.interview_id,
        interviews.role_id,
        interviews.scenario,
        composites.composite_score
    from {{ ref('int_composites') }} as composites
    inner join {{ ref('int_interviews') }} as interviews on composites.interview_id = interviews.interview_id
    where composites.is_scored
)

select
    interview_id,
    role_id,
    scenario,
    'composite' as competency_id,
    composite_score as score
from scored
union all
select
    scored.interview_id,
    scored.role_id,
    scored.scenario,
    competencies.competency_id,
    {{ stable('competencies.score') }} as score
from scored
inner join {{ ref('int_competency_scores') }} as competencies
    on scored.interview_id = competencies.interview_id
where competencies.score is not null and competencies.competency_id <> 'composite'
