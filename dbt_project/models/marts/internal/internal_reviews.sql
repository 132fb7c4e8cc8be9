-- Promotion and training cases of employees: what they scored, how they perform, what the rule says of it.
with results as (
    select
        *,
        coalesce(completed_local_date, invited_local_date) as judged_on
    from {{ ref('interview_results') }}
    where scenario in ('promotion', 'training')
),

-- An employee may be interviewed under the number of the candidate or that of the employee.
stays as (
    select
        candidate_id as person_id,
        employee_id,
        hired_on
    from {{ ref('int_employments') }}
    where candidate_id is not null
    union
    select
        employee_id as person_id,
        employee_id,
        hired_on
    from {{ ref('int_employments') }}
),

-- The stay in which the interview took place: by the person's ids, never by name.
employed as (
    select
        results.interview_id,
        results.candidate_id,
        results.judged_on,
        stays.employee_id,
        stays.hired_on
    from results
    inner join stays on results.candidate_id = stays.person_id and results.judged_on >= stays.hired_on
    qualify row_number() over (
        partition by results.interview_id order by stays.hired_on desc, stays.employee_id asc nulls last
    ) = 1
),

-- The last overall review that was known on the day of the interview.
reviewed as (
    {{ last_reviews('employed', 'interview_id', 'reviews.period_end <= employed.judged_on') }}
),

numbers as (
    select
        interview_id,
        employee_id as person_id,
        hired_on,
        judged_on
    from employed
    union
    select
        interview_id,
        candidate_id as person_id,
        hired_on,
        judged_on
    from employed
),

-- What the employee learnt since joining, up to the interview.
trained as (
    select
        numbers.interview_id,
        {{ set_of('training.course_id') }} as course_ids
    from numbers
    inner join {{ ref('stg_training_records') }} as training
        on
            numbers.person_id = training.person_id
            and {{ local_date('training.completed_at') }} between numbers.hired_on and numbers.judged_on
    group by numbers.interview_id
),

-- The bank that the policy names for the role on the day; one for the scenario comes before one for all.
matched_banks as (
    select
        results.interview_id,
        banks.question_bank_id
    from results
    inner join {{ ref('question_banks') }} as banks
        on
            results.role_id = banks.role_id
            and (banks.scenario is null or results.scenario = banks.scenario)
            and results.judged_on >= banks.valid_from
    qualify row_number() over (
        partition by results.interview_id
        order by
            banks.scenario is null asc nulls last,
            banks.valid_from desc,
            banks.question_bank_id asc nulls last
    ) = 1
),

-- The request that the interview answers: the latest of the employee for that role before it.
requested as (
    select
        employed.interview_id,
        promotions.promotion_id,
        promotions.from_role_id,
        promotions.to_role_id,
        promotions.requested_at,
        promotions.decided_at,
        promotions.decision
    from employed
    inner join results on employed.interview_id = results.interview_id
    inner join {{ ref('stg_promotions') }} as promotions
        on
            employed.employee_id = promotions.employee_id
            and results.role_id = promotions.to_role_id
            and promotions.requested_at <= coalesce(results.completed_at, results.invited_at)
    where results.scenario = 'promotion'
    qualify row_number() over (
        partition by employed.interview_id
        order by promotions.requested_at desc, promotions.promotion_id asc nulls last
    ) = 1
),

competencies as (
    select
        interview_id,
        {{ list_of(
            packed({'competency_id': 'competency_id', 'score': 'score', 'requirement': 'requirement'}),
            by=['competency_id']
        ) }} as competencies
    from {{ ref('competency_scores') }}
    where score is not null and interview_id in (select results.interview_id from results)
    group by interview_id
)

select
    results.interview_id,
    requested.promotion_id,
    employed.employee_id,
    results.candidate_id,
    results.role_id,
    results.department_id,
    results.scenario,
    results.quarter_start,
    results.invited_local_date,
    results.completed_local_date,
    results.status,
    requested.from_role_id,
    requested.to_role_id,
    results.question_bank_id,
    matched_banks.question_bank_id as matched_bank_id,
    results.question_bank_id = matched_banks.question_bank_id as is_bank_matched,
    results.composite_score as interview_score,
    reviewed.score as performance_score,
    reviewed.period_end as performance_period_end,
    case
        when
            results.scenario <> 'promotion' or results.composite_score is null or reviewed.score is null
            then null
        else
            results.composite_score >= {{ var('promotion_interview_mark') }}
            and reviewed.score >= {{ var('promotion_performance_mark') }}
    end as is_eligible,
    case
        when results.scenario = 'training' and results.composite_score is not null
            then results.composite_score >= {{ var('pass_mark') }}
    end as is_passed,
    {{ local_date('requested.requested_at') }} as requested_local_date,
    {{ local_date('requested.decided_at') }} as decided_local_date,
    cast({{ days_between(
        local_date('requested.requested_at'), local_date('requested.decided_at')
    ) }} as integer) as cycle_days,
    requested.decision,
    results.fit_score,
    coalesce(trained.course_ids, {{ no_elements() }}) as course_ids,
    coalesce(competencies.competencies, {{ no_elements() }}) as competencies
from results
left join employed on results.interview_id = employed.interview_id
left join reviewed on results.interview_id = reviewed.interview_id
left join requested on results.interview_id = requested.interview_id
left join trained on results.interview_id = trained.interview_id
left join matched_banks on results.interview_id = matched_banks.interview_id
left join competencies on results.interview_id = competencies.interview_id
