-- Who came back, who is in the talent pool, and which feedback waits. Every 13th scored interview has a next one of the same role,
-- every fifth of these as a supplement; a course lies between where i is even. The run was on 2026-09-30 at 09:00 UTC.
create table marts.reapplications as
with scored as (
    select r.*, v.i from marts.interview_results r join visit v using (interview_id) where r.status = 'scored'
), neighbours as (
    select *, lead(interview_id) over of_role as next_interview_id, lead(composite_score) over of_role as next_score,
        lead(grade) over of_role as next_grade
    from scored
    window of_role as (partition by role_id order by i)
), pairs as (
    select *, completed_local_date + (30 + i % 90)::int as next_local_date, row_number() over (order by i) as nth
    from neighbours where i % 13 = 0 and next_interview_id is not null
)
select interview_id as first_interview_id, next_interview_id, candidate_id, role_id, department_id, scenario, quarter_start,
    completed_local_date as first_local_date, next_local_date, (next_local_date - completed_local_date)::int as days_between,
    composite_score as first_score, next_score, next_score - composite_score as gain, grade as first_grade, next_grade,
    nth % 5 = 0 as is_supplement, if(i % 2 = 0, ['c_talk'], [])::varchar[] as course_ids, nth % 4 = 0 as was_hired
from pairs;

create table marts.role_recommendations as
select candidate_id, 'product_manager' as recommended_role_id, 1 as place, interview_id, role_id, department_id, scenario, quarter_start,
    composite_score, fit_score as own_fit_score, composite_score + 4 as projected_score, 4.0::double as difference, 1.0::double as fit_score, 0.8::double as coverage, 2 as openings_n
from marts.interview_results where status = 'scored' and scenario = 'external' and role_id in ('sales_rep', 'data_analyst') and composite_score >= 60;

create table marts.talent_pool as
select o.candidate_id, o.role_id, o.interview_id, o.application_id, o.department_id, o.scenario, o.quarter_start, o.completed_local_date, o.composite_score,
    o.grade, o.outcome, (o.composite_score >= 75 or coalesce(a.projected_score >= 80, false)) and hash(o.interview_id) % 9 > 0 as is_in_pool,
    case when hash(o.interview_id) % 9 = 0 then 'employed' when o.composite_score >= 80 then 'strong_not_chosen' when o.composite_score >= 75 then 'nearly_strong'
        when a.projected_score >= 80 then 'suits_another_role' else 'below_the_marks' end as reason,
    a.recommended_role_id, a.projected_score, p.competency_id as widest_gap_id, p.course_id
from marts.interview_outcomes o
left join marts.role_recommendations a on a.interview_id = o.interview_id and a.place = 1
left join marts.development_plans p on p.interview_id = o.interview_id and p.priority = 1
where o.status = 'scored' and o.scenario = 'external' and o.outcome in ('rejected', 'withdrawn');

create table marts.competency_risks as
select interview_id, competency_id, candidate_id, role_id, department_id, scenario, quarter_start, score, 50.0::double as below, 50 - score as points_below,
    'extra_round' as step, '可能难以融入团队，建议加一轮团队复试' as risk_zh, 'May find it hard to work in the team; one more round is advised' as risk_en
from marts.competency_scores where competency_id = 'teamwork' and score < 50;

create table marts.interview_comments as
select 'K' || interview_id as comment_id, interview_id, candidate_id, role_id, department_id, scenario, quarter_start, 'feedback_question' as kind,
    candidate_id as author_id, true as is_by_candidate, []::varchar[] as mentions, 0 as mentions_n, completed_at + interval 1 day as created_at,
    cast(completed_at + interval 32 hour as date) as created_local_date, if(i % 3 = 0, null, 'R' || interview_id) as reply_comment_id,
    if(i % 3 = 0, null, completed_at + interval 2 day) as replied_at, if(i % 3 = 0, null, 24.0::double) as reply_hours, i % 3 = 0 as is_waiting,
    if(i % 3 = 0, epoch(timestamp '2026-09-30 09:00' - (completed_at + interval 1 day)) / 3600, null)::double as waiting_hours
from marts.interview_results join (select interview_id, i from visit) using (interview_id) where status = 'scored' and i % 29 = 0;
