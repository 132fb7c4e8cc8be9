-- A returned row is a competency that a rubric-scored role weights although none of its questions has a
-- criterion for it: its weight can only ever lower the coverage. A warning, since a policy may be ahead
-- of its questions.
{{ config(severity = 'warn', meta = {'dagster': {'ref': {'name': 'role_weights'}}}) }}

with criteria_of_roles as (
    select distinct
        known_roles.role_id,
        criteria.competency_id
    from {{ ref('roles') }} as known_roles
    inner join {{ ref('questions') }} as questions
        on questions.role_id is null or known_roles.role_id = questions.role_id
    inner join {{ ref('criteria') }} as criteria on questions.rubric_id = criteria.rubric_id
)

select distinct
    weights.role_id,
    weights.competency_id
from {{ ref('role_weights') }} as weights
inner join {{ ref('roles') }} as rubric_roles
    on weights.role_id = rubric_roles.role_id and rubric_roles.score_source = 'rubric'
left join criteria_of_roles
    on weights.role_id = criteria_of_roles.role_id and weights.competency_id = criteria_of_roles.competency_id
where criteria_of_roles.role_id is null
