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

weights as (
    select
        weights.role_id,
        weights.competency_id,
        weights.weight,
        weights.requirement,
        {{ exact_sum_over('weights.weight', 'partition by weights.role_id') }} as role_weight
    from {{ ref('int_role_weights') }} as weights
    cross join run_day
    where
        weights.valid_from <= run_day.today
        and (weights.valid_before is null or weights.valid_before > run_day.today)
),

scores as (
    select
        interview_id,
        competency_id,
        score
    from {{ ref('competency_scores') }}
    where score is not null
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

weighed as (
    select
        latest.interview_id,
        weights.role_id as recommended_role_id,
        {{ exact_sum('weights.weight') }} / nullif(max(weights.role_weight), 0) as coverage,
        {{ exact_sum('weights.weight * scores.score') }} / nullif({{ exact_sum('weights.weight') }}, 0)
            as projected_score,
        count(weights.requirement) as requirements_n,
        count(*) filter (where scores.score >= weights.requirement) as requirements_met
    from latest
    inner join scores on latest.interview_id = scores.interview_id
    inner join weights
        on scores.competency_id = weights.competency_id and latest.role_id <> weights.role_id
    group by latest.interview_id, weights.role_id
),

suited as (
    select
        interview_id,
        recommended_role_id,
        {{ stable('coverage') }} as coverage,
        {{ round_half_up('projected_score', 2) }} as projected_score,
        {{ stable('requirements_met / nullif(requirements_n, 0)') }} as fit_score
    from weighed
    where {{ stable('coverage') }} >= {{ var('coverage_minimum') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by interview_id
            order by projected_score desc, recommended_role_id asc nulls last
        ) as place
    from suited
    where projected_score >= {{ var('pass_mark') }}
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
