with competencies as (
    select * from {{ ref('int_competency_scores') }}
),

interviews as (
    select * from {{ ref('int_interviews') }}
    {{ only_touched_cohorts('where') }}
),

composites as (
    select * from {{ ref('int_composites') }}
),

placed as (
    select
        competencies.interview_id,
        competencies.competency_id,
        {{ stable('competencies.raw_score') }} as raw_score,
        {{ stable('competencies.calibrated_score') }} as calibrated_score,
        {{ stable('competencies.vendor_score') }} as vendor_score,
        {{ stable('competencies.score') }} as score,
        competencies.basis,
        competencies.weight,
        competencies.requirement,
        competencies.criteria_n,
        interviews.candidate_id,
        interviews.role_id,
        interviews.department_id,
        interviews.scenario,
        interviews.quarter_start,
        case
            when competencies.score is not null
                then competencies.weight / nullif(composites.present_weight, 0)
        end as weight_share,
        composites.is_scored,
        composites.is_scored and competencies.score is not null as is_ranked
    from competencies
    inner join interviews on competencies.interview_id = interviews.interview_id
    inner join composites on competencies.interview_id = composites.interview_id
),

cohorts as (
    select
        role_id,
        scenario,
        quarter_start,
        competency_id,
        count(*) as cohort_n,
        {{ metric('mean_score', {'composite_score': 'score'}) }} as cohort_mean
    from placed
    where is_ranked
    group by role_id, scenario, quarter_start, competency_id
),

ranked as (
    select
        interview_id,
        competency_id,
        percent_rank() over (
            partition by role_id, scenario, quarter_start, competency_id
            order by score asc nulls last
        ) as pct_rank
    from placed
    where is_ranked
)

select
    placed.interview_id,
    placed.competency_id,
    placed.candidate_id,
    placed.role_id,
    placed.department_id,
    placed.scenario,
    placed.quarter_start,
    placed.raw_score,
    placed.calibrated_score,
    placed.vendor_score,
    placed.score,
    placed.basis,
    placed.weight,
    {{ stable('placed.weight_share') }} as weight_share,
    placed.requirement,
    {{ stable('placed.score - placed.requirement') }} as gap,
    cast(placed.criteria_n as integer) as criteria_n,
    cast(coalesce(cohorts.cohort_n, 0) as integer) as cohort_n,
    {{ stable('cohorts.cohort_mean') }} as cohort_mean,
    {{ stable('ranked.pct_rank') }} as pct_rank,
    placed.is_scored
from placed
left join cohorts
    on
        placed.role_id = cohorts.role_id
        and placed.scenario = cohorts.scenario
        and placed.quarter_start = cohorts.quarter_start
        and placed.competency_id = cohorts.competency_id
left join ranked
    on placed.interview_id = ranked.interview_id and placed.competency_id = ranked.competency_id
