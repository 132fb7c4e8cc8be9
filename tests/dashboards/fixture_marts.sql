-- Small synthetic marts with the exact columns of the published ones. Everyone in them is invented.
-- $interviews interviews are drawn from hashes, so the same number always gives the same people.
create schema marts;
create schema people;
create macro u(key) as (hash(key) % 1000003) / 1000003.0;

create table marts.departments as
from (values ('sales', '销售部', 'Sales'), ('technology', '技术部', 'Technology'), ('product', '产品部', 'Product'),
    ('operations', '运营部', 'Operations'), ('finance', '财务部', 'Finance')) t (department_id, name_zh, name_en);

create table marts.roles as
from (values
    ('sales_rep', '销售代表', 'Sales representative', 'sales', 'rubric'),
    ('customer_service_lead', '客服主管', 'Customer service lead', 'operations', 'rubric'),
    ('software_engineer', '软件工程师', 'Software engineer', 'technology', 'rubric'),
    ('rd_manager', '研发经理', 'R&D manager', 'technology', 'mean'),
    ('data_analyst', '数据分析师', 'Data analyst', 'product', 'rubric'),
    ('product_manager', '产品经理', 'Product manager', 'product', 'rubric'),
    ('operations_specialist', '运营专员', 'Operations specialist', 'operations', 'rubric'),
    ('finance_specialist', '财务专员', 'Finance specialist', 'finance', 'rubric')
) t (role_id, name_zh, name_en, department_id, score_source);

create table marts.competencies as
from (values ('communication', '沟通能力', 'Communication'), ('problem_solving', '问题解决', 'Problem solving'),
    ('logic', '逻辑思维', 'Logic'), ('teamwork', '团队协作', 'Teamwork'),
    ('customer_insight', '客户需求识别', 'Customer insight'), ('negotiation', '谈判能力', 'Negotiation')
) t (competency_id, name_zh, name_en);

create table marts.courses as
from (values ('c_structure', '结构化思维训练', 'Structured thinking'), ('c_talk', '高效沟通', 'Effective communication'),
    ('c_deal', '双赢谈判', 'Win-win negotiation')) t (course_id, name_zh, name_en);

create table marts.grades as
from (values ('S', 1, 90.0::double, 100.0::double, 18000.0::double, 19000.0::double, 20000.0::double, 'CNY', 'advance', 'advance'),
    ('A', 2, 80, 90, 15000, 16000, 17000, 'CNY', 'advance', 'advance'), ('B', 3, 70, 80, 12000, 13000, 14000, 'CNY', 'advance', 'supplement'),
    ('C', 4, 60, 70, null, null, null, null, 'supplement', 'supplement'), ('D', 5, 0, 60, null, null, null, null, 'not_now', 'not_now')
) t (grade, grade_rank, min_score, max_score, pay_min, pay_mid, pay_max, currency, recommendation, recommendation_below_requirement);

create table marts.questions as
select 'q_' || role_id || '_' || k as question_id, 'r_' || role_id || '_' || k as rubric_id, role_id, null::varchar as scenario,
    ['请讲一次你说服客户的经历', '遇到棘手投诉时你怎么处理？', '描述一次跨部门协作', '你如何用数据支持一个判断？',
     '客户坚持降价 20%，你怎么办？', '讲一个失败的项目和你学到的东西', '你怎样安排同时到期的任务？', '入职前三个月你会做什么？'][k] as text_zh,
    ['Tell us how you convinced a customer', 'How do you handle a hard complaint?', 'Describe work across departments',
     'How do you support a judgement with data?', 'A customer insists on 20 % off: what do you do?',
     'Tell us about a project that failed', 'How do you order tasks due at once?', 'What would you do in your first three months?'][k] as text_en,
    90.0::double as expected_seconds
from marts.roles, range(1, 9) n (k);

create table marts.role_requirements as
select role_id, competency_id, weight::double as weight, weight / 100.0::double as weight_share,
    (66 + 2 * i + hash(role_id) % 5)::double as requirement, date '2024-01-01' as valid_from, true as is_current
from marts.roles, (values (0, 'communication', 20), (1, 'problem_solving', 25), (2, 'logic', 15), (3, 'teamwork', 10),
    (4, 'customer_insight', 15), (5, 'negotiation', 15)) w (i, competency_id, weight);

-- criterion i of question k measures competency (4k + i) mod 6
create temp table criterion as
select role_id, 'q_' || role_id || '_' || k as question_id, role_id || '_' || k || '.' || i as criterion_id,
    (4 * k + i) % 6 as c, ['communication', 'problem_solving', 'logic', 'teamwork', 'customer_insight', 'negotiation'][(4 * k + i) % 6 + 1] as competency_id,
    (1 + i % 2)::double as w, i
from marts.roles, range(1, 9) n (k), range(4) m (i);

create temp table visit as
select 'I' || lpad(i::varchar, 6, '0') as interview_id, 'P' || lpad((i - (i % 17 = 0 and i > 500)::int * 480)::varchar, 6, '0') as candidate_id,
    r.role_id, r.department_id, if(u('s' || i) < .86, 'external', if(u('s' || i) < .94, 'promotion', 'training')) as scenario,
    case when u('t' || i) < .83 then 'scored' when u('t' || i) < .85 then 'insufficient' when u('t' || i) < .90 then 'declined'
        when u('t' || i) < .95 then 'abandoned' else 'pending' end as status,
    timestamp '2025-04-02 01:00' + to_minutes((u('d' || i) * 545 * 1440)::bigint) as invited_at,
    greatest(30, least(97, 66 + (hash(r.role_id) % 9) + u('d' || i) * 6 + 16 * (u('a' || i) + u('b' || i) + u('c' || i) - 1.5))) as ability, i
from range($interviews) n (i) join (select *, row_number() over (order by role_id) - 1 as k from marts.roles) r on r.k = i % 8;

create temp table answered as
select v.interview_id, v.role_id, c.question_id, c.criterion_id, c.competency_id, c.w, c.i,
    case when u(v.interview_id || c.criterion_id) < v.ability / 100 - .15 then 1.0 when u(v.interview_id || c.criterion_id) < v.ability / 100 then 2 / 3.0
        when u(v.interview_id || c.criterion_id) < v.ability / 100 + .15 then .5 else 0 end::double as h
from visit v join criterion c using (role_id)
where v.status = 'scored' or (v.status = 'insufficient' and c.question_id like '%\_1' escape '\' and c.i < 2);

create temp table competency as
select interview_id, competency_id, 100 * sum(w * h) / sum(w) as score, count(*)::int as criteria_n from answered group by all;

create temp table composite as
select interview_id, cast(round(cast(sum(score * weight) / sum(weight) as decimal(18, 9)), 2) as double) as composite_score, sum(weight) / 100 as coverage,
    bool_or(score < requirement) as is_below, avg((score >= requirement)::int)::double as fit_score
from competency join visit using (interview_id) join marts.role_requirements using (role_id, competency_id) group by all;

create table marts.interview_results as
with timed as (
    select v.*, invited_at + to_minutes((u('h' || i) * 2000)::bigint) as began, cast(invited_at + interval 8 hour as date) as invited_local_date
    from visit v
), scored as (
    select t.*, if(status in ('scored', 'insufficient'), began + interval 35 minute, null) as completed_at,
        if(status = 'scored', composite_score, null) as score, coverage, is_below, fit_score
    from timed t left join composite using (interview_id)
), dated as (
    select *, cast(completed_at + interval 8 hour as date) as completed_local_date,
        cast(date_trunc('quarter', completed_at + interval 8 hour) as date) as quarter_start,
        case when score >= 90 then 'S' when score >= 80 then 'A' when score >= 70 then 'B' when score >= 60 then 'C' when score is not null then 'D' end as grade
    from scored
), ranked as (
    select *, if(score is null, null, percent_rank() over (partition by role_id, scenario, quarter_start, status order by score)) as pct_rank,
        if(score is null, null, rank() over (partition by role_id, scenario, quarter_start, status order by score desc))::int as cohort_rank,
        if(score is null, null, count(*) over (partition by role_id, scenario, quarter_start, status))::int as cohort_n
    from dated
)
select interview_id, candidate_id, role_id, department_id, scenario, 'B-' || strftime(invited_at, '%Y%m') || '-' || department_id as batch_id, null::varchar as requisition_id,
    'bank_1' as question_bank_id, 'web' as channel, 'video' as modality,
    row_number() over (partition by candidate_id, role_id, scenario order by invited_at, interview_id)::int as attempt, null::varchar as supplement_of, status, false as is_refusal, invited_at, invited_local_date,
    if(status in ('scored', 'insufficient') or (status = 'abandoned' and i % 2 = 0), began, null) as started_at,
    completed_at, completed_local_date, quarter_start, score as composite_score, r.grade, if(completed_at is null, null, round(coverage, 9)) as coverage,
    if(score is null, null, 'rubric') as basis, pct_rank, cohort_rank - 1 < ceil(cohort_n / 10.0) and cohort_rank <= ceil(cohort_n / 10.0) as is_top10, cohort_rank, cohort_n,
    case when score is null then null when r.grade in ('S', 'A') or (r.grade = 'B' and not is_below) then 'advance' when r.grade in ('B', 'C') then 'supplement' else 'not_now' end as recommendation,
    case when score is null then null when r.grade in ('S', 'A') or (r.grade = 'B' and not is_below) then 'second_round' when r.grade in ('B', 'C') then 'supplement_interview' else 'none' end as next_stage,
    if(score is not null and i % 3 = 0, 60 + (hash(i) % 350) / 10.0, null)::double as assessment_score,
    if(score is not null and i % 3 = 0, (score + 60 + (hash(i) % 350) / 10.0) / 2, null)::double as combined_score,
    if(score is null, null, fit_score) as fit_score, p.pay_min, p.pay_max, p.currency as pay_currency,
    list_filter([if(i % 61 = 0 and completed_at is not null, 'interrupted', null), if(i % 9 = 0 and score is not null, 'short_answers', null),
        if(status = 'insufficient', 'low_coverage', null)], lambda x: x is not null)::varchar[] as flags,
    if(status = 'scored', 8, if(status = 'insufficient', 1, 0)) as answers_n, 0 as unknown_answers_n, if(i % 61 = 0, 3, i % 2) as interruptions,
    completed_at + interval 1 hour as published_at, 'r-7f3a91c2' as rubric_version, 'w-11aa22bb' as weights_version, 'run_1' as run_id
from ranked r left join marts.grades p using (grade);

create table marts.competency_scores as
select c.interview_id, competency_id, candidate_id, r.role_id, department_id, scenario, quarter_start, score as raw_score, score as calibrated_score,
    null::double as vendor_score, score, 'rubric' as basis, weight, weight / sum(weight) over (partition by c.interview_id) as weight_share, requirement,
    score - requirement as gap, criteria_n, count(*) over cohort::int as cohort_n, avg(score) over cohort as cohort_mean,
    if(r.status = 'scored', percent_rank() over (partition by r.role_id, scenario, quarter_start, competency_id, r.status order by score), null) as pct_rank,
    r.status = 'scored' as is_scored
from competency c join marts.interview_results r using (interview_id) join marts.role_requirements q using (role_id, competency_id)
window cohort as (partition by r.role_id, scenario, quarter_start, competency_id);

create table marts.answer_scores as
with points as (
    select interview_id, question_id, 100 * sum(w * h) / sum(w) as points, max(h) filter (i = 3) as structure, (count(*) filter (h > 0))::int as hits,
        list({'criterion_id': question_id || '.' || i, 'points': 100 * w * h / all_w, 'points_of': 100 * w / all_w, 'h': h::double, 'is_met': h >= 1} order by i) as elements
    from (select *, sum(w) over (partition by interview_id, question_id) as all_w from answered) group by interview_id, question_id
), timed as (
    select p.*, r.*, 40 + u(interview_id || question_id) * 130 as seconds from points p join marts.interview_results r using (interview_id)
)
select interview_id, question_id, 1 as attempt, candidate_id, role_id, department_id, scenario, quarter_start, 'zh' as lang, points, structure, null::double as pace,
    180.0::double as units_per_minute, 240 as text_chars, round(seconds)::double as answer_seconds, null::double as pause_seconds,
    seconds / median(seconds) over (partition by question_id) as duration_vs_median, false as is_skipped, false as is_repeated, false as is_missing, true as is_known_question,
    hits, elements, if(seconds / median(seconds) over (partition by question_id) < .7, ['short'], [])::varchar[] as flags,
    list_transform((['客户需求', '解决方案', '结果验证', '数据支持'])[1:hits], lambda p, n: {'criterion_id': role_id || '.' || n, 'phrase': p, 'start': (n * 12)::int, 'end': (n * 12 + 4)::int}) as evidence,
    if(hits < 2, [{'criterion_id': role_id || '.9', 'phrase': '风险评估', 'start': 70::int, 'end': 74::int}], [])::struct(criterion_id varchar, phrase varchar, start integer, "end" integer)[] as negated
from timed;

create table marts.loss_points as
select a.interview_id, a.question_id, a.criterion_id, 1 as attempt, r.candidate_id, r.role_id, r.department_id, r.scenario, r.quarter_start, a.competency_id, a.h,
    a.w as criterion_weight, s.weight_share * 100 * a.w * (1 - a.h) / sum(a.w) over (partition by a.interview_id, a.competency_id) as points_lost,
    ['未提到数据支持', '没有说明取舍的条件', '只有方案，缺结果验证', '问题定义不清楚'][a.i + 1] as loss_zh,
    ['No data in support', 'Conditions of the trade-off missing', 'A plan but no check of the result', 'The problem is not defined'][a.i + 1] as loss_en,
    ['可以说：我查看了历史数据，发现八成集中在物流环节', '先说底线，再说可以交换的条件', '补一句结果：用哪个指标、变化多少', '先用一句话说清问题和影响'][a.i + 1] as advice_zh,
    ['Say which data you looked at and what they showed', 'Name your limit first, then what you can trade', 'Close with the metric and how it moved', 'Open with the problem and its effect'][a.i + 1] as advice_en,
    ['c_structure', 'c_deal', 'c_structure', 'c_talk'][a.i + 1] as course_id
from answered a join marts.interview_results r using (interview_id) join marts.competency_scores s using (interview_id, competency_id)
where r.status = 'scored'
qualify a.h < 1;

create table marts.offers as
select interview_id, 'A' || interview_id as application_id, candidate_id, role_id, department_id, scenario, quarter_start, grade, composite_score,
    cast(completed_local_date + 9 as date) as offered_local_date,
    (round((pay_min + (u('o' || interview_id) * 1.35 - .15) * (pay_max - pay_min)) / 100) * 100)::double as offer_monthly_salary,
    offer_monthly_salary not between pay_min and pay_max as is_out_of_band
from marts.interview_results where grade in ('S', 'A', 'B') and u('f' || interview_id) < .22;

create table people.candidates as
select distinct candidate_id, ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'][(hash(candidate_id) % 10)::int + 1]
    || ['伟', '娜', '敏', '静', '丽', '强', '磊', '洋', '艳', '杰', '雨桐', '子轩', '思远', '佳怡'][(hash(candidate_id || 'x') % 14)::int + 1] as name
from visit;
create table people.employees as select 'E' || candidate_id as employee_id, candidate_id, name from people.candidates where hash(candidate_id) % 9 = 0;
create table marts.employee_history as
select 'E' || candidate_id as employee_id, any_value(candidate_id) as candidate_id,
    arg_max(department_id, coalesce(completed_at, invited_at)) as department_id, true as is_current
from marts.interview_results where hash(candidate_id) % 9 = 0 group by 1;
