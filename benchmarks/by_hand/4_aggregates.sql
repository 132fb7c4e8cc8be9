-- Bands, quarters, bins and summaries; 'all' stands for every role and every scenario.
create table applications as
from read_parquet(getvariable('raw') || '/applications/*.parquet', union_by_name = true)
qualify row_number() over (
    partition by application_id
    order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
) = 1;

create table offers as
with matched as (
    select
        results.interview_id, applications.application_id, results.candidate_id, results.role_id,
        results.department_id, results.scenario, results.quarter_start, results.grade,
        results.composite_score, day_of(utc(applications.offered_at)) as offered_local_date,
        applications.offer_monthly_salary
    from applications
    inner join interview_results as results
        on applications.candidate_id = results.candidate_id and applications.role_id = results.role_id
        and results.status = 'scored' and utc(applications.offered_at) >= results.completed_at
    qualify row_number() over (
        partition by applications.application_id
        order by results.completed_at desc, results.interview_id desc
    ) = 1
)
select
    matched.*, offer_monthly_salary not between pay.pay_min and pay.pay_max as is_out_of_band
from matched
left join pay
    on matched.grade = pay.grade and matched.offered_local_date >= pay.valid_from
    and matched.offered_local_date < coalesce(pay.valid_before, date '9999-12-31');

create table scored as from interview_results where status = 'scored';

create table grade_bands as
with groups as (
    select
        coalesce(role_id, 'all') as role_id, coalesce(scenario, 'all') as scenario, quarter_start,
        count(*) as group_n, histogram(grade) as grade_n
    from scored
    group by grouping sets (
        (role_id, scenario, quarter_start), (role_id, quarter_start), (scenario, quarter_start),
        (quarter_start)
    )
),
offered as (
    select
        coalesce(role_id, 'all') as role_id, coalesce(scenario, 'all') as scenario, quarter_start, grade,
        count(*) as offers, avg(offer_monthly_salary) as mean_offer,
        count(*) filter (where is_out_of_band) as offers_out_of_band
    from offers
    group by grouping sets (
        (role_id, scenario, quarter_start, grade), (role_id, quarter_start, grade),
        (scenario, quarter_start, grade), (quarter_start, grade)
    )
)
select
    groups.role_id, groups.scenario, groups.quarter_start, grades.grade, grades.grade_rank,
    coalesce(groups.grade_n[grades.grade], 0) as n, groups.group_n, n / groups.group_n as share,
    greatest(0, (n + 1.9208 - 1.96 * sqrt(n * (group_n - n) / group_n + 0.9604)) / (group_n + 3.8416))
        as ci_low,
    least(1, (n + 1.9208 + 1.96 * sqrt(n * (group_n - n) / group_n + 0.9604)) / (group_n + 3.8416))
        as ci_high,
    pay.pay_min, (pay.pay_min + pay.pay_max) / 2 as pay_mid, pay.pay_max, pay.currency,
    coalesce(offered.offers, 0) as offers, offered.mean_offer,
    coalesce(offered.offers_out_of_band, 0) as offers_out_of_band
from groups
cross join grades
left join offered using (role_id, scenario, quarter_start, grade)
left join pay
    on grades.grade = pay.grade and groups.quarter_start + interval 3 month > pay.valid_from
    and groups.quarter_start + interval 3 month <= coalesce(pay.valid_before, date '9999-12-31');

create table quarterly_trends as
with quarters as (
    select
        coalesce(role_id, 'all') as role_id, coalesce(scenario, 'all') as scenario, quarter_start,
        count(*) as n, avg(composite_score) as mean, stddev_samp(composite_score) as sd,
        quantile_cont(composite_score, [0.1, 0.5, 0.9]) as p, min(composite_score) as low,
        max(composite_score) as high, avg((composite_score >= 60)::int) as pass_rate,
        avg((composite_score >= 80)::int) as share_80
    from scored
    group by grouping sets (
        (role_id, scenario, quarter_start), (role_id, quarter_start), (scenario, quarter_start),
        (quarter_start)
    )
)
select
    one.role_id, one.scenario, one.quarter_start, one.n, one.mean,
    one.mean - 1.96 * one.sd / sqrt(one.n) as ci_low, one.mean + 1.96 * one.sd / sqrt(one.n) as ci_high,
    one.p[2] as median, one.sd, one.p[1] as p10, one.p[3] as p90, one.low as min, one.high as max,
    one.pass_rate, one.share_80, one.mean - earlier.mean as delta_mean,
    delta_mean - 1.96 * sqrt(one.sd ** 2 / one.n + earlier.sd ** 2 / earlier.n) as delta_ci_low,
    delta_mean + 1.96 * sqrt(one.sd ** 2 / one.n + earlier.sd ** 2 / earlier.n) as delta_ci_high
from quarters as one
left join quarters as earlier
    on one.role_id = earlier.role_id and one.scenario = earlier.scenario
    and one.quarter_start = earlier.quarter_start + interval 3 month;

create table measured as
select interview_id, role_id, scenario, 'composite' as competency_id, composite_score as score from scored
union all
select competencies.interview_id, scored.role_id, scored.scenario, competency_id, score
from competencies
inner join scored using (interview_id)
where score is not null and competency_id <> 'composite';

create table role_score_distributions as
with bins as (
    select
        coalesce(role_id, 'all') as role_id, coalesce(scenario, 'all') as scenario, competency_id,
        count(*) as group_n, histogram(least(95, 5 * floor(score / 5)::int)) as bin_n
    from measured
    group by grouping sets (
        (role_id, scenario, competency_id), (role_id, competency_id), (scenario, competency_id),
        (competency_id)
    )
)
select
    role_id, scenario, competency_id, edges.low as bin_start, edges.low + 5 as bin_end,
    coalesce(bin_n[edges.low::int], 0) as n, group_n, n / group_n as share
from bins
cross join range(0, 100, 5) as edges(low);

create table role_score_summaries as
with summed as (
    select
        coalesce(role_id, 'all') as role_id, coalesce(scenario, 'all') as scenario, competency_id,
        count(*) as n, avg(score) as mean, stddev_samp(score) as sd, min(score) as low, max(score) as high,
        quantile_cont(score, [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]) as p,
        avg((score >= 80)::int) as share_80, list(score order by score desc) as best
    from measured
    group by grouping sets (
        (role_id, scenario, competency_id), (role_id, competency_id), (scenario, competency_id),
        (competency_id)
    )
)
select
    role_id, scenario, competency_id, n, mean, mean - 1.96 * sd / sqrt(n) as ci_low,
    mean + 1.96 * sd / sqrt(n) as ci_high, sd, low as min, high as max, p[1] as p10, p[2] as p20,
    p[3] as p25, p[4] as p30, p[5] as p40, p[6] as p50, p[7] as p60, p[8] as p70, p[9] as p75, p[10] as p80,
    p[11] as p90, share_80, best[ceil(n / 10)::int] as top10_cutoff
from summed;
