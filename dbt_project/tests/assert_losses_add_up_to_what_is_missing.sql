-- A returned row is a scored interview whose lost points do not add up to 100 minus its composite,
-- although the rubric alone decides it. Protects the promise that nothing but loss points explains a
-- score.
{{ config(meta = {'dagster': {'ref': {'name': 'loss_points'}}}) }}

with rubric_only as (
    select
        interview_id,
        bool_and(basis = 'rubric' and score = raw_score) as is_plain
    from {{ ref('competency_scores') }}
    where weight is not null and score is not null
    group by interview_id
),

lost as (
    select
        interview_id,
        sum(points_lost) as points_lost
    from {{ ref('loss_points') }}
    group by interview_id
)

select
    results.interview_id,
    results.composite_score,
    coalesce(lost.points_lost, 0) as points_lost
from {{ ref('interview_results') }} as results
inner join rubric_only on results.interview_id = rubric_only.interview_id and rubric_only.is_plain
left join lost on results.interview_id = lost.interview_id
where
    results.status = 'scored'
    -- The composite is rounded to two decimals, the losses are not.
    and abs(100 - results.composite_score - coalesce(lost.points_lost, 0)) > 0.005001
