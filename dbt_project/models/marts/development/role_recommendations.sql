-- Other roles that would suit a candidate: the competencies that the last interview measured, weighed
-- as the other role weighs them today. Only where enough of its weights were measured, at most three,
-- best first.
with latest as (
    select *
    from {{ ref('interview_results') }}
    where status = 'scored' and scenario = 'external'
    qualify row_number() over (
        partition by candidate_id
        order by completed_at desc, interview_id desc
    ) = 1
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

openings as (
    select
        requisitions.role_id,
        count(*) as openings_n
    from {{ ref('stg_requisitions') }} as requisitions
    cross join run_day
    where requisitions.closed_on is null or requisitions.closed_on > run_day.today
    group by requisitions.role_id
),

suited as (
    select
        projections.interview_id,
        projections.role_id as recommended_role_id,
        projections.coverage,
        projections.projected_score,
        projections.fit_score
    from {{ ref('int_role_projections') }} as projections
    cross join run_day
    where
        projections.projected_score >= {{ var('pass_mark') }}
        and projections.valid_from <= run_day.today
        and (projections.valid_before is null or projections.valid_before > run_day.today)
        and projections.interview_id in (select latest.interview_id from latest)
),

ranked as (
    select
        *,
        row_number() over (
            partition by interview_id
            order by projected_score desc, recommended_role_id asc nulls last
        ) as place
    from suited
)

select
    latest.candidate_id,
    ranked.recommended_role_id,
    cast(ranked.place as integer) as place,
    latest.interview_id,
    latest.role_id,
    latest.department_id,
    latest.scenario,
    latest.quarter_start,
    latest.composite_score,
    latest.fit_score as own_fit_score,
    ranked.projected_score,
    {{ stable('ranked.projected_score - latest.composite_score') }} as difference,
    ranked.fit_score,
    ranked.coverage,
    cast(coalesce(openings.openings_n, 0) as integer) as openings_n
from ranked
inner join latest on ranked.interview_id = latest.interview_id
left join openings on ranked.recommended_role_id = openings.role_id
where ranked.place <= {{ var('recommended_roles_max') }}
