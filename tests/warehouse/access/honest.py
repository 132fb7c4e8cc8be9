"""What analysts, department heads and candidates ask in earnest: all of it must run, and be right."""

from __future__ import annotations

# Over rows that a role may see one by one; every text ends in an order, so that results can be compared.
EVERYBODY = """
select interview_id, composite_score from interview_results order by all
select r.interview_id, c.score from interview_results r join competency_scores c using (interview_id) order by all
select marts.loss_points.points_lost from marts.loss_points order by all
select loss_points.points_lost from marts.loss_points where loss_points.points_lost > 1 order by all
select "interview_id" from "marts"."interview_results" as "结 果" order by 1
select role_id, count(*) as n, avg(composite_score) as mean from interview_results group by role_id order by 1
select role_id, median(composite_score) from interview_results group by all having count(*) >= 1 order by all
select quantile_cont(composite_score, [0.1, 0.5, 0.9]) from interview_results
select corr(points, structure), regr_slope(points, structure), stddev_samp(points) from answer_scores
select role_id, grouping(role_id), count(*) from interview_results group by rollup (role_id) order by all
select role_id, scenario, count(*) from interview_results group by cube (role_id, scenario) order by all
select interview_id, rank() over (partition by role_id order by composite_score desc) r from interview_results order by 1
select interview_id, percent_rank() over w, ntile(4) over w from interview_results window w as (order by composite_score, 1) order by 1
select interview_id, avg(composite_score) over (order by completed_at rows between 2 preceding and current row) from interview_results order by 1
select interview_id, sum(composite_score) over (order by completed_local_date range between interval 7 day preceding and current row) from interview_results order by 1
select interview_id, lag(composite_score) over (order by completed_at) from interview_results order by 1
select interview_id from interview_results qualify row_number() over (partition by role_id order by completed_at desc) = 1 order by 1
with scored as (select * from interview_results where status = 'scored') select count(*) from scored
with scored as (select interview_id i, composite_score s from interview_results), top as (from scored where s > 45) select * from top order by all
with interview_results as (select * from marts.interview_results where composite_score > 45) select count(*) from interview_results
with recursive days(d) as (select date '2026-01-01' union all select d + 1 from days where d < date '2026-01-05') select d, count(interview_id) from days left join interview_results on completed_local_date = d group by d order by d
select d, (select count(*) from interview_results where completed_local_date <= d) from (select (date '2026-01-01' + i::int) d from range(5) t(i)) order by d
select * from (select role_id, composite_score from interview_results) order by all
select role_id, count(*) filter (where composite_score >= 50) as high, count(*) filter (where composite_score < 50) as low from interview_results group by 1 order by 1
select role_id, sum(case when grade = 'A' then 1 else 0 end) a, sum(case when grade = 'B' then 1 else 0 end) b from interview_results group by 1 order by 1
select * from (select role_id, grade, composite_score from interview_results) pivot (avg(composite_score) for grade in ('A', 'B')) order by all
select * from (select interview_id, points, structure from answer_scores) unpivot (v for k in (points, structure)) order by all
select interview_id from interview_results union select interview_id from loss_points order by 1
select interview_id from interview_results intersect select interview_id from answer_scores order by 1
select interview_id from interview_results except select interview_id from loss_points where points_lost > 45 order by 1
select interview_id, points from answer_scores union all by name select interview_id, points_lost from loss_points order by all
select r.interview_id, x.worst from interview_results r, lateral (select max(points_lost) as worst from loss_points l where l.interview_id = r.interview_id) x order by 1
select r.interview_id, (select count(*) from loss_points l where l.interview_id = r.interview_id) from interview_results r order by 1
select interview_id from interview_results r where exists (select 1 from loss_points l where l.interview_id = r.interview_id and l.points_lost > 44) order by 1
select interview_id from interview_results where interview_id in (select interview_id from next_bands) order by 1
select interview_id from interview_results where composite_score > all (select points_lost - 100 from loss_points) order by 1
select date_trunc('month', completed_at) as m, count(*) from interview_results group by 1 order by 1
select strftime(completed_local_date, '%Y-%m'), date_diff('day', min(completed_at), max(completed_at)) from interview_results group by 1 order by 1
select extract(week from completed_local_date), dayname(completed_local_date), count(*) from interview_results group by all order by all
select completed_at at time zone 'UTC' from interview_results order by 1
select interview_id from interview_results where completed_at between timestamp '2026-01-01' and timestamp '2026-02-01' order by 1
select i, count(interview_id) from range(40, 60) g(i) left join interview_results on floor(composite_score) = i group by i order by i
select x.interview_id from interview_results x left join next_bands y on x.interview_id = y.interview_id where y.interview_id is null order by 1
select count(*) from interview_results a join interview_results b on a.role_id = b.role_id and a.interview_id < b.interview_id
select * from loss_points semi join interview_results using (interview_id) order by all
select interview_id from interview_results anti join next_band_steps using (interview_id) order by 1
select r.role_id, roles.name_zh from interview_results r join roles on r.role_id = roles.role_id order by all
select * exclude (advice_zh) replace (points_lost * 2 as points_lost) from loss_points order by all
select columns('points.*') from answer_scores order by all
select list(interview_id order by interview_id), max_by(interview_id, composite_score) from interview_results
select list_transform(list(composite_score order by 1), lambda x: x * 2) from interview_results
select k, count(*) from (select unnest(['a', 'b']) as k from interview_results) group by 1 order by 1
select string_agg(grade, ',' order by interview_id) from interview_results
select coalesce(grade, '无') as 等级, count(*) as 人数 from interview_results group by 1 order by 1
select case when composite_score >= 80 then '高' when composite_score >= 60 then '中' else '低' end as 档, count(*) from interview_results group by 1 order by 1
select interview_id, round(composite_score, 1), floor(composite_score), cast(composite_score as integer) from interview_results order by 1
select try_cast(interview_id as integer), length(interview_id), upper(role_id) from interview_results order by all
from interview_results select interview_id where composite_score > 1 order by 1 limit 3 offset 1
from (from answer_scores select points) select avg(points)
select distinct role_id, scenario from interview_results order by all
select distinct on (role_id) role_id, interview_id from interview_results order by role_id, interview_id
select to_json({'id': interview_id, 'score': composite_score}) from interview_results order by 1
select s.id from (select {'id': interview_id} as s from interview_results) order by 1
select count(*) from interview_results where role_id ilike 'ROLE%' and grade in ('S', 'A') and not (composite_score is null)
values (1, 'a'), (2, 'b')
select current_date >= date '2026-01-01', (select count(*) from courses)
select c.name_zh, avg(d.gap) from development_plans d join competencies c using (competency_id) group by 1 order by 1
select l.competency_id, sum(l.points_lost) s, count(distinct l.interview_id) n from loss_points l group by 1 order by s desc, 1
select a.question_id, avg(a.points) p, avg(a.structure) s, count(*) n from answer_scores a group by 1 order by 1
table roles
(table marts.roles) order by all
select count(*) from interview_results; -- a last remark
from (pivot (select role_id, scenario from interview_results) on scenario in ('external', 'internal') using count(*) group by role_id) order by all
from (unpivot (select role_id, min(composite_score) lo, max(composite_score) hi from interview_results group by 1) on lo, hi) order by all
pivot (select scenario from interview_results) on scenario in ('external', 'internal') using count(*)
select user, current_user from (select 1 as user, role_id as current_user from roles) order by all
with a(session_user) as (select role_id from roles) select session_user from a order by all
select distinct on (role_id) role_id, interview_id from interview_results order by role_id, interview_id
select r.role_id from roles r anti join interview_results i using (role_id) order by 1
select i.interview_id, q.question_id from interview_results i left join lateral (select question_id from answer_scores a where a.interview_id = i.interview_id order by points desc nulls last, question_id limit 1) q on true order by 1
select interview_id, count(*) over (partition by role_id order by interview_id groups between 1 preceding and 1 following exclude current row) from interview_results order by 1
select list_filter(list(composite_score order by interview_id), x -> x > 45) from interview_results
select json_object('role', role_id, 'n', count(*)) from interview_results group by role_id order by all
select g.generate_series, count(*) from generate_series(0, 90, 10) g join interview_results i on i.composite_score >= g.generate_series group by 1 order by 1
select step_number, sum(points_lost) over (partition by interview_id order by step_number) from next_band_steps order by all
select role_id, scenario, grouping(role_id) + 2 * grouping(scenario) as level, count(*) from interview_results group by grouping sets ((role_id, scenario), (role_id), ()) order by all
select role_id, grade, count(*) n, round(avg(composite_score), 2) from interview_results group by rollup (role_id, grade) having count(*) > 0 order by all
select count(*) from (select * from interview_results using sample 100%)
select count(*) <= 100 from (select * from interview_results tablesample 50%)
select count(*) <= 3 from (from interview_results using sample 3 rows)
select regexp_extract(interview_id, '(\\d+)', 1)::int as 编号, composite_score as 综合分 from interview_results order by 编号
select regexp_replace(role_id, '_', ' ', 'g'), regexp_matches(role_id, '^role'), regexp_full_match(role_id, 'role[01]') from interview_results order by all
select interview_id from interview_results where role_id similar to 'role[0-9]' and regexp_split_to_array(interview_id, 'I')[2]::int > 2 order by 1
select list_sort(list(interview_id)), list_aggregate(list(composite_score order by interview_id), 'avg'), len(list(grade)) from interview_results
select s.最高, s.最低 from (select {'最高': max(composite_score), '最低': min(composite_score)} as s from interview_results)
select [x * 2 for x in list_sort(list(composite_score)) if x > 45] as 加倍 from interview_results
select 部门, 人数, round(100.0 * 人数 / sum(人数) over (), 1) as "占比 %" from (select department_id as 部门, count(*) as 人数 from interview_results group by 1) order by 部门
select role_id, completed_local_date, composite_score from interview_results qualify dense_rank() over (partition by role_id order by composite_score desc nulls last) <= 2 order by all
select interview_id, avg(composite_score) over w, first_value(interview_id) over w, nth_value(interview_id, 2) over w from interview_results window w as (partition by role_id order by completed_at, interview_id rows between 1 preceding and 1 following) order by 1
select interview_id, sum(composite_score) over (order by completed_at, interview_id rows unbounded preceding exclude ties) from interview_results order by 1
select last_day(completed_local_date), date_part('quarter', completed_at), completed_at + interval 3 month, age(timestamp '2026-06-01', completed_at) from interview_results order by all
select time_bucket(interval 1 week, completed_at) as 周, count(*) from interview_results group by 周 order by 周
select strftime(completed_at, '%Y年%m月%d日'), isodow(completed_at), weekofyear(completed_at), epoch(completed_at)::bigint from interview_results order by all
select b.等级, count(r.interview_id) from (values ('A', 80), ('B', 60)) as b(等级, 分数线) left join interview_results r on r.composite_score >= b.分数线 group by 1 order by 1
with cuts(name, low) as (values ('高', 50), ('低', 0)) select name, (select count(*) from interview_results where composite_score >= low) from cuts order by 1
select r.interview_id, l.step_number from interview_results r cross join lateral (select step_number from next_band_steps n where n.interview_id = r.interview_id order by 1 limit 1) l order by all
select interview_id from interview_results except all select interview_id from loss_points where false order by 1
(select role_id from interview_results intersect all select role_id from roles) union (select 'x') order by 1
select role_id, max(case when grade = 'A' then composite_score end) as "A", max(case when grade = 'B' then composite_score end) as "B" from interview_results group by role_id order by role_id
select role_id, count(*) filter (where grade = 'A' and composite_score > 45) * 1.0 / nullif(count(*), 0) as 优秀率 from interview_results group by all order by all
select role_id, percentile_cont(0.5) within group (order by composite_score), percentile_disc(0.9) within group (order by composite_score desc), mode() within group (order by grade) from interview_results group by role_id order by 1
select approx_quantile(composite_score, 0.5) > 0, mad(composite_score), skewness(composite_score), entropy(grade), any_value(scenario) from interview_results
select arg_max(interview_id, composite_score, 2), min_by(interview_id, composite_score), histogram(grade) from interview_results
select role_id, string_agg(distinct grade, '、' order by grade), bool_and(composite_score > 0), bit_or(1) from interview_results group by role_id order by 1
select i.interview_id, a.question_id, coalesce(a.points, 0) from interview_results i left join answer_scores a using (interview_id) where i.role_id = any (['role1', 'role0']) order by all
select x.role_id, y.role_id from interview_results x full join roles y on x.role_id = y.role_id order by all
select unnest([1, 2, 3]) as k, count(*) from interview_results group by all order by all
select unnest(struct_pack(a := role_id, b := grade)) from interview_results order by all
from interview_results r select r.role_id, n: count(*) group by all order by all
select #1, count(*) from interview_results group by #1 order by #1
select * from (from roles select role_id) positional join (from range(2) t(i)) order by all
select c.interview_id, c.competency_id, rank() over (order by c.score desc, c.interview_id, c.competency_id) from competency_scores c order by all
with recursive 层(n, 和) as (select 1, 1 union all select n + 1, 和 + n + 1 from 层 where n < 4) select max(和) from 层
select case role_id when 'role0' then '甲' else '乙' end as 岗, greatest(composite_score, 60), least(composite_score, 60), nullif(grade, 'A'), ifnull(grade, '无') from interview_results order by all
select interview_id, composite_score // 10 * 10 as 分段, composite_score % 10, composite_score ** 2, abs(-composite_score), ln(composite_score) from interview_results order by 1
select trim(upper(role_id)), lpad(interview_id, 6, '0'), concat_ws('-', role_id, grade), format('{}:{}', role_id, grade), split_part(role_id, 'e', 1), reverse(grade) from interview_results order by all
""".strip().splitlines()  # noqa: E501

# Over marts that candidates have no part in.
COLLEAGUES = """
select background_check, count(*), avg(performance_12m) from interview_outcomes group by 1 order by 1
select corr(composite_score, performance_6m) from interview_outcomes
select width, count(*) from (select floor(composite_score / 5) * 5 as width from interview_outcomes) group by 1 order by 1
select resume_source, avg(left_within_12m::int) from interview_outcomes group by 1 order by 1
select requisition_id, candidate_id from requisition_shortlists where shortlist_rank <= 60 order by all
select employee_id, valid_from, lead(valid_from) over (partition by employee_id order by valid_from) from employee_history order by all
select h.employee_id, r.interview_id from employee_history h asof join interview_results r on h.candidate_id = r.candidate_id and h.valid_from >= r.completed_at order by all
select stage, outcome, count(*) from application_history where is_current group by all order by all
select first_grade, next_grade, count(*), avg(gain) from reapplications group by all order by all
select question_id, count(*) filter (where is_similar), avg(stuffing_votes) from answer_signals group by 1 order by 1
select is_passed, count(*) from internal_reviews group by 1 order by 1
select e.is_eligible_as_written, avg(e.difference) from pay_reviews e group by 1 order by 1
""".strip().splitlines()  # noqa: E501

# Marts of groups: small ones are hidden there, so only that these run is asked of them.
GROUPS = """
select role_id, quarter_start, n, mean, delta_mean from quarterly_trends where scenario = 'all' order by all
select role_id, grade, n, share, suppressed from grade_bands where not suppressed order by all
select sum(n) from role_score_distributions where competency_id = 'composite'
select batch_id, channel, participation, csat from batch_progress where csat_n > 0 order by all
select s.role_id, s.mean, t.mean from role_score_summaries s join quarterly_trends t using (role_id, scenario) order by all
select department_id, rule_name, eligible_n from pay_review_budgets order by all
select count(*) filter (where suppressed) from role_score_summaries
select grade, sum(n) over (partition by role_id order by grade_rank) from grade_bands order by all
""".strip().splitlines()  # noqa: E501
