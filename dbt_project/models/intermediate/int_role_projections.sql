-- What a scored interview would be worth for each other role: the competencies that it measured, weighed as
-- that role weighs them, for every set of weights that the role has had. Only where enough of the weights
-- were measured. Of no day: whoever reads it takes the set of his day.
with interviews as (
    select
        interviews.interview_id,
        interviews.role_id
    from {{ ref('int_interviews') }} as interviews
    inner join {{ ref('int_composites') }} as composites on interviews.interview_id = composites.interview_id
    where
        interviews.scenario = 'external' and composites.is_scored
        {{ only_changed('and', 'interviews.interview_id') }}
),

weights as (
    select
        role_id,
        competency_id,
        weight,
        requirement,
        valid_from,
        valid_before,
        {{ exact_sum_over('weight', 'partition by role_id, valid_from') }} as role_weight
    from {{ ref('int_role_weights') }}
),

scores as (
    select
        interview_id,
        competency_id,
        {{ stable('score') }} as score
    from {{ ref('int_competency_scores') }}
    where score is not null {{ only_changed('and') }}
),

weighed as (
    select
        interviews.interview_id,
        weights.role_id,
        weights.valid_from,
        weights.valid_before,
        {{ exact_sum('weights.weight') }} / nullif(max(weights.role_weight), 0) as coverage,
        {{ exact_sum('weights.weight * scores.score') }} / nullif({{ exact_sum('weights.weight') }}, 0)
            as projected_score,
        count(weights.requirement) as requirements_n,
        count(*) filter (where scores.score >= weights.requirement) as requirements_met
    from interviews
    inner join scores on interviews.interview_id = scores.interview_id
    inner join weights
        on scores.competency_id = weights.competency_id and interviews.role_id <> weights.role_id
    group by interviews.interview_id, weights.role_id, weights.valid_from, weights.valid_before
)

select
    interview_id,
    role_id,
    valid_from,
    valid_before,
    {{ stable('coverage') }} as coverage,
    {{ round_half_up('projected_score', 2) }} as projected_score,
    {{ stable('requirements_met / nullif(requirements_n, 0)') }} as fit_score
from weighed
where {{ stable('coverage') }} >= {{ var('coverage_minimum') }}
