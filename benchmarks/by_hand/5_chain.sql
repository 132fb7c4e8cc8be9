-- Batches, openings, what became of people, who came again, and the way to the next band.
create table batch_progress as
with surveys as (
    select interview_id, avg(score) as satisfaction
    from (
        from read_parquet(getvariable('raw') || '/surveys/*.parquet', union_by_name = true)
        qualify row_number() over (
            partition by interview_id, question
            order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
        ) = 1
    )
    where question = 'overall'
    group by interview_id
)
select
    coalesce(batch_id, 'none') as batch_id,
    case when grouping(channel) = 1 then 'all' else coalesce(channel, 'unknown') end as channel,
    count(*) as invited_n, count(*) filter (where status = 'declined') as declined_n,
    count(*) filter (where started_at is not null or is_completed) as started_n,
    count(*) filter (where is_completed) as completed_n,
    count(*) filter (where status in ('abandoned', 'expired')) as abandoned_n,
    started_n / nullif(invited_n - declined_n, 0) as participation,
    median(date_diff('second', started_at, completed_at) / 60.0)
    filter (where is_completed and started_at is not null) as median_minutes,
    sum(coalesce(interruptions, 0)) as interruptions_n, avg(satisfaction) as csat
from interviews
left join surveys using (interview_id)
group by grouping sets ((coalesce(batch_id, 'none'), channel), (coalesce(batch_id, 'none')));

create table requisition_shortlists as
with latest as (
    from scored
    where requisition_id is not null
    qualify row_number() over (
        partition by requisition_id, candidate_id order by completed_at desc, interview_id desc
    ) = 1
),
completed as (
    select requisition_id, count(distinct candidate_id) as completed_n
    from interviews where is_completed group by requisition_id
)
select
    requisition_id, candidate_id, interview_id, composite_score, grade, completed_n, headcount as needed_n,
    count(*) filter (where composite_score >= 80) over (partition by requisition_id) as high_n,
    rank() over (partition by requisition_id order by composite_score desc) as shortlist_rank,
    row_number() over (
        partition by requisition_id order by composite_score desc, completed_at, interview_id
    ) as list_order
from latest
inner join (
    from read_parquet(getvariable('raw') || '/requisitions/*.parquet', union_by_name = true)
    qualify row_number() over (
        partition by requisition_id
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
) as openings using (requisition_id)
left join completed using (requisition_id);

create table stays as
with latest as (
    from read_parquet(getvariable('raw') || '/employees/*.parquet', union_by_name = true)
    qualify row_number() over (
        partition by employee_id, hired_on
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
)
select
    employee_id, candidate_id, hired_on, left_on,
    lead(hired_on, 1, date '9999-12-31') over (partition by employee_id order by hired_on) as next_hired_on
from latest;

create table interview_outcomes as
with applied as (
    select
        interviews.interview_id, interviews.candidate_id, applications.application_id,
        applications.outcome, applications.employee_id, utc(applications.applied_at) as applied_at
    from interviews
    left join applications
        on interviews.candidate_id = applications.candidate_id
        and interviews.role_id = applications.role_id
        and utc(applications.applied_at) <= coalesce(completed_at, started_at, accepted_at, invited_at)
    qualify row_number() over (
        partition by interviews.interview_id
        order by
            coalesce(interviews.requisition_id = applications.requisition_id, false) desc,
            applications.applied_at desc nulls last, applications.application_id
    ) = 1
),
candidates_of as (
    select interview_id, applied.employee_id, day_of(applied_at) as applied_on
    from applied where employee_id is not null and coalesce(outcome, 'hired') in ('hired', 'open')
    union all
    select interview_id, stays.employee_id, day_of(applied_at)
    from applied
    inner join stays on applied.candidate_id = stays.candidate_id
    where applied.employee_id is null and application_id is not null
    and coalesce(outcome, 'hired') in ('hired', 'open')
),
employed as (
    select interview_id, stays.employee_id, stays.hired_on, stays.left_on, stays.next_hired_on
    from candidates_of
    inner join stays on candidates_of.employee_id = stays.employee_id and stays.hired_on >= applied_on
    qualify row_number() over (partition by interview_id order by hired_on, stays.employee_id) = 1
),
reviews as (
    from read_parquet(getvariable('raw') || '/performance_reviews/*.parquet', union_by_name = true)
    where competency_id is null
    qualify row_number() over (
        partition by employee_id, period_end
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
),
performed as (
    select
        interview_id, months,
        arg_min(score, (abs(period_end - cast(hired_on + to_months(months) as date)), period_end)) as score
    from employed
    inner join reviews using (employee_id)
    cross join unnest([3, 6, 12]) as horizons(months)
    where abs(period_end - cast(hired_on + to_months(months) as date)) <= 45
    and period_end >= hired_on and period_end < next_hired_on
    group by interview_id, months
)
select
    applied.interview_id, applied.application_id, employed.employee_id, employed.hired_on, employed.left_on,
    any_value(score) filter (where months = 3) as performance_3m,
    any_value(score) filter (where months = 6) as performance_6m,
    any_value(score) filter (where months = 12) as performance_12m
from applied
left join employed using (interview_id)
left join performed using (interview_id)
group by all;

create table reapplications as
with pairs as (
    select
        *, lead(interview_id) over attempts as next_interview_id,
        lead(composite_score) over attempts as next_score, lead(completed_at) over attempts as next_at,
        lead(supplement_of) over attempts as next_of
    from scored
    window attempts as (partition by candidate_id, role_id, scenario order by completed_at, interview_id)
)
select
    interview_id as first_interview_id, next_interview_id, composite_score as first_score, next_score,
    next_score - composite_score as gain, coalesce(next_of = interview_id, false) as is_supplement
from pairs
where next_interview_id is not null;

-- The kernel that the models call chooses the criteria; here are its arguments.
create table next_bands as
with shared as (
    select
        interview_id, competency_id, raw_score, criteria_weight, score, competencies.basis,
        weight / present_weight as share,
        case competencies.basis when 'mean' then share / 2 else share end as part
    from competencies
    inner join composites using (interview_id)
    where composites.is_scored and weight is not null and score is not null
),
known as (
    select
        interview_id, sum(share * score) as composite,
        list({
            'competency_id': competency_id, 'raw_score': raw_score, 'share': part,
            'knots': cast([] as struct(raw double, calibrated double)[])
        } order by competency_id) filter (where basis <> 'vendor') as competencies
    from shared
    group by interview_id
),
missed as (
    select
        interview_id,
        list({
            'question_id': question_id, 'criterion_id': criterion_id, 'competency_id': competency_id,
            'gain': 100 * weight * (1 - h) / criteria_weight, 'effort': 1
        } order by question_id, criterion_id) as missed
    from judged
    inner join shared using (interview_id, competency_id)
    where h < 1 and weight > 0 and basis <> 'vendor'
    group by interview_id
)
select
    composites.interview_id, composites.composite_score, composites.grade, better.grade as next_grade,
    cheapest_steps(
        known.composite, cast(better.min_score as double), coalesce(known.competencies, []),
        coalesce(missed.missed, [])
    ) as steps,
    steps is not null as is_reachable
from composites
inner join grades using (grade)
inner join grades as better on grades.grade_rank - 1 = better.grade_rank
inner join known using (interview_id)
left join missed using (interview_id)
where composites.is_scored;
