-- The way to the next grade and what helps, by simple rules: the greatest losses first until the grade is reached.
create table marts.next_band_steps as
with lost as (
    select l.*, sum(l.points_lost) over best - l.points_lost as before_it, r.composite_score, n.grade as next_grade, n.min_score
    from marts.loss_points l join marts.interview_results r using (interview_id) join marts.grades g on g.grade = r.grade
    join marts.grades n on n.grade_rank = g.grade_rank - 1
    window best as (partition by l.interview_id order by l.points_lost desc, l.question_id, l.criterion_id)
)
select interview_id, question_id, criterion_id, candidate_id, role_id, department_id, scenario, quarter_start, competency_id, next_grade,
    row_number() over (partition by interview_id order by points_lost desc, question_id, criterion_id)::int as step_number, points_lost, loss_zh, loss_en, advice_zh, advice_en, course_id
from lost where composite_score + before_it < min_score - 0.005;

create table marts.next_bands as
with steps as (select interview_id, count(*)::int as steps_n, sum(points_lost) as gained from marts.next_band_steps group by interview_id)
select r.interview_id, r.candidate_id, r.role_id, r.department_id, r.scenario, r.quarter_start, r.composite_score, r.grade, n.grade as next_grade, n.min_score::double as next_min_score,
    n.min_score - r.composite_score as points_needed, s.steps_n is not null as is_reachable, s.steps_n, r.composite_score + s.gained as composite_with_steps
from marts.interview_results r join marts.grades g on g.grade = r.grade join marts.grades n on n.grade_rank = g.grade_rank - 1
left join steps s on s.interview_id = r.interview_id;

create table marts.development_plans as
select c.interview_id, c.competency_id, c.candidate_id, c.role_id, c.department_id, c.scenario, c.quarter_start, c.requirement, c.score, c.requirement - c.score as gap,
    row_number() over (partition by c.interview_id order by c.weight * (c.requirement - c.score) desc, c.competency_id)::int as priority, 1 as losses_n, 2.5 as points_lost,
    '先说结论，再给依据' as tip_zh, 'Say the conclusion first, then the evidence' as tip_en, k.course_id, k.name_zh as course_zh, k.name_en as course_en,
    'p_' || c.competency_id as project_id, '一页纸方案' as project_zh, 'A one-page proposal' as project_en, '把一个建议写成一页' as project_description_zh, 'Write a suggestion on one page' as project_description_en,
    4 as project_weeks, 'm_' || c.competency_id as mentor_id, '资深项目经理' as mentor_zh, 'Senior project manager' as mentor_en,
    exists (select 1 from marts.next_band_steps s where s.interview_id = c.interview_id and s.competency_id = c.competency_id) as is_on_way_to_next_band
from marts.competency_scores c join marts.interview_results r using (interview_id) cross join (select * from marts.courses order by course_id limit 1) k
where r.status = 'scored' and c.weight is not null and c.score < c.requirement;

-- Three people who answered one question in nearly the same words: the first two were compared, and the last two.
create table marts.similar_answers as
with one_each as (
    select a.*, r.completed_at from marts.answer_scores a join marts.interview_results r using (interview_id)
    where r.status = 'scored' qualify row_number() over (partition by r.candidate_id order by r.completed_at, interview_id, question_id) = 1
), alike as (
    select *, row_number() over (order by completed_at, interview_id) as nth from one_each
    where question_id = (select question_id from one_each group by question_id having count(*) >= 3 order by question_id limit 1)
    qualify nth <= 3
)
select a.interview_id, a.question_id, a.candidate_id, a.role_id, a.department_id, a.scenario, a.quarter_start, a.completed_at,
    (select interview_id from alike where nth = 1) as group_id, a.nth = 1 as is_first, 3 as candidates_n,
    b.interview_id as similar_interview_id, if(a.nth = 3, 0.82, 0.94)::double as similarity
from alike a join alike b on b.nth = [2, 1, 2][a.nth];
