-- Who came back: each scored interview with the next scored one of the same person, role and scenario.
with scored as (
    select
        *,
        lead(interview_id) over attempts as next_interview_id,
        lead(completed_at) over attempts as next_completed_at,
        lead(completed_local_date) over attempts as next_completed_local_date,
        lead(composite_score) over attempts as next_composite_score,
        lead(grade) over attempts as next_grade,
        lead(supplement_of) over attempts as next_supplement_of
    from {{ ref('interview_results') }}
    where status = 'scored'
    window attempts as (
        partition by candidate_id, role_id, scenario
        order by completed_at asc nulls last, interview_id asc nulls last
    )
),

pairs as (
    select * from scored
    where next_interview_id is not null
),

-- A course stands under the number of the candidate or of the employee.
people as (
    select
        candidate_id,
        candidate_id as person_id
    from pairs
    union
    select
        pairs.candidate_id,
        employments.employee_id as person_id
    from pairs
    inner join {{ ref('int_employments') }} as employments on pairs.candidate_id = employments.candidate_id
),

courses as (
    select
        pairs.interview_id,
        {{ set_of('training.course_id') }} as course_ids
    from pairs
    inner join people on pairs.candidate_id = people.candidate_id
    inner join {{ ref('stg_training_records') }} as training
        on
            people.person_id = training.person_id
            and pairs.completed_at < training.completed_at
            and pairs.next_completed_at > training.completed_at
    group by pairs.interview_id
),

outcomes as (
    select * from {{ ref('interview_outcomes') }}
)

select
    pairs.interview_id as first_interview_id,
    pairs.next_interview_id,
    pairs.candidate_id,
    pairs.role_id,
    pairs.department_id,
    pairs.scenario,
    pairs.quarter_start,
    pairs.completed_local_date as first_local_date,
    pairs.next_completed_local_date as next_local_date,
    cast({{ days_between('pairs.completed_local_date', 'pairs.next_completed_local_date') }} as integer)
        as days_between,
    pairs.composite_score as first_score,
    pairs.next_composite_score as next_score,
    {{ stable('pairs.next_composite_score - pairs.composite_score') }} as gain,
    pairs.grade as first_grade,
    pairs.next_grade,
    coalesce(pairs.next_supplement_of = pairs.interview_id, false) as is_supplement,
    coalesce(courses.course_ids, {{ no_elements() }}) as course_ids,
    outcomes.employee_link = 'hired' as was_hired
from pairs
left join courses on pairs.interview_id = courses.interview_id
left join outcomes on pairs.next_interview_id = outcomes.interview_id
