-- The aggregate marts of the fixture, written from their definitions, with their 'all' rows.
create temp table scored as
select role, scene, quarter_start, grade, composite_score as x
from marts.interview_results, lateral (select unnest([role_id, 'all']) as role), lateral (select unnest([scenario, 'all']) as scene)
where status = 'scored';

create table marts.quarterly_trends as
with quarters as (
    select role as role_id, scene as scenario, quarter_start, count(*)::int as n, avg(x) as mean, median(x) as median, stddev_samp(x) as sd,
        quantile_cont(x, .1) as p10, quantile_cont(x, .9) as p90, min(x) as min, max(x) as max, avg((x >= 60)::int) as pass_rate, avg((x >= 80)::int) as share_80
    from scored group by all
)
select q.role_id, q.scenario, q.quarter_start, q.n, q.mean, q.mean - 1.96 * q.sd / sqrt(q.n) as ci_low, q.mean + 1.96 * q.sd / sqrt(q.n) as ci_high,
    q.median, q.sd, q.p10, q.p90, q.min, q.max, q.pass_rate, q.share_80, q.mean - b.mean as delta_mean,
    delta_mean - 1.96 * sqrt(q.sd ** 2 / q.n + b.sd ** 2 / b.n) as delta_ci_low, delta_mean + 1.96 * sqrt(q.sd ** 2 / q.n + b.sd ** 2 / b.n) as delta_ci_high
from quarters q left join quarters b on b.role_id = q.role_id and b.scenario = q.scenario and b.quarter_start = cast(q.quarter_start - interval 3 month as date);

create table marts.grade_bands as
with counted as (
    select g.role, g.scene, g.quarter_start, p.grade, count(s.grade)::int as n
    from (select distinct role, scene, quarter_start from scored) g cross join marts.grades p
    left join scored s on s.role = g.role and s.scene = g.scene and s.quarter_start = g.quarter_start and s.grade = p.grade group by all
), offered as (
    select role, scene, quarter_start, grade, count(*)::int as offers, avg(offer_monthly_salary) as mean_offer, (count(*) filter (is_out_of_band))::int as offers_out_of_band
    from marts.offers, lateral (select unnest([role_id, 'all']) as role), lateral (select unnest([scenario, 'all']) as scene) group by all
), shares as (select *, (sum(n) over (partition by role, scene, quarter_start))::int as group_n, n / group_n as share from counted)
select s.role as role_id, s.scene as scenario, s.quarter_start, s.grade, p.grade_rank, s.n, s.group_n, s.share,
    (share + 1.9208 / group_n - 1.96 * sqrt(share * (1 - share) / group_n + .9604 / group_n ** 2)) / (1 + 3.8416 / group_n) as ci_low,
    (share + 1.9208 / group_n + 1.96 * sqrt(share * (1 - share) / group_n + .9604 / group_n ** 2)) / (1 + 3.8416 / group_n) as ci_high,
    p.pay_min, p.pay_mid, p.pay_max, p.currency, coalesce(o.offers, 0) as offers, o.mean_offer, coalesce(o.offers_out_of_band, 0) as offers_out_of_band
from shares s join marts.grades p using (grade) left join offered o on o.role = s.role and o.scene = s.scene and o.quarter_start = s.quarter_start and o.grade = s.grade;

create temp table measured as
select role, scene, 'composite' as competency_id, x from scored
union all
select role, scene, competency_id, score
from marts.competency_scores join marts.interview_results using (interview_id), lateral (select unnest([competency_scores.role_id, 'all']) as role),
    lateral (select unnest([competency_scores.scenario, 'all']) as scene)
where status = 'scored';

create table marts.role_score_distributions as
with groups as (select role, scene, competency_id, count(*)::int as group_n from measured group by all)
select g.role as role_id, g.scene as scenario, g.competency_id, b.b::int as bin_start, b.b::int + 5 as bin_end, count(m.x)::int as n, g.group_n, count(m.x) / g.group_n as share
from groups g cross join range(0, 100, 5) b (b)
left join measured m on m.role = g.role and m.scene = g.scene and m.competency_id = g.competency_id and least(floor(m.x / 5) * 5, 95) = b.b
group by g.role, g.scene, g.competency_id, b.b, g.group_n;

create table marts.role_score_summaries as
select role as role_id, scene as scenario, competency_id, count(*)::int as n, avg(x) as mean, avg(x) - 1.96 * stddev_samp(x) / sqrt(count(*)) as ci_low,
    avg(x) + 1.96 * stddev_samp(x) / sqrt(count(*)) as ci_high, stddev_samp(x) as sd, min(x) as min, max(x) as max,
    quantile_cont(x, .1) as p10, quantile_cont(x, .2) as p20, quantile_cont(x, .25) as p25, quantile_cont(x, .3) as p30, quantile_cont(x, .4) as p40, quantile_cont(x, .5) as p50,
    quantile_cont(x, .6) as p60, quantile_cont(x, .7) as p70, quantile_cont(x, .75) as p75, quantile_cont(x, .8) as p80, quantile_cont(x, .9) as p90,
    avg((x >= 80)::int) as share_80, list_sort(list(x), 'desc')[ceil(count(*) / 10.0)::int] as top10_cutoff
from measured group by all;

create table marts.warehouse_run as
select 'run_1' as run_id, timestamp '2026-09-30 00:30' as built_at, 'r-7f3a91c2' as rubric_version, 'w-11aa22bb' as weights_version, max(completed_at) as data_as_of,
    count(*) as interviews_n, count(*) filter (status = 'scored') as scored_n, (select count(*) from marts.answer_scores) as answers_n,
    (select count(*) from marts.quarantine where state = 'open') as quarantined_n
from marts.interview_results;
