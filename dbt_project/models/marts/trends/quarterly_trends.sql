with scored_interviews as (
    select * from {{ ref('interview_results') }}
    where status = 'scored'
),

measured as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        quarter_start,
        count(*) as n,
        fsum(composite_score) / count(*) as mean_score,
        stddev_samp(composite_score) as sd,
        quantile_cont(composite_score, [0.1, 0.5, 0.9]) as quantiles,
        min(composite_score) as lowest,
        max(composite_score) as highest,
        count(*) filter (where composite_score >= {{ var('pass_mark') }}) as passed,
        count(*) filter (where composite_score >= {{ var('high_mark') }}) as high
    from scored_interviews
    {{ group_with_totals(['quarter_start']) }}
),

compared as (
    select
        this_quarter.*,
        1.96 * this_quarter.sd / sqrt(this_quarter.n) as margin,
        this_quarter.mean_score - quarter_before.mean_score as delta,
        1.96 * sqrt(
            this_quarter.sd * this_quarter.sd / this_quarter.n
            + quarter_before.sd * quarter_before.sd / quarter_before.n
        ) as delta_margin
    from measured as this_quarter
    left join measured as quarter_before
        on
            this_quarter.role_id = quarter_before.role_id
            and this_quarter.scenario = quarter_before.scenario
            and this_quarter.quarter_start = quarter_before.quarter_start + interval 3 month
)

select
    role_id,
    scenario,
    quarter_start,
    cast(n as integer) as n,
    {{ stable('mean_score') }} as mean,
    {{ stable('mean_score - margin') }} as ci_low,
    {{ stable('mean_score + margin') }} as ci_high,
    {{ stable('quantiles[2]') }} as median,
    {{ stable('sd') }} as sd,
    {{ stable('quantiles[1]') }} as p10,
    {{ stable('quantiles[3]') }} as p90,
    lowest as min,
    highest as max,
    {{ stable('passed / n') }} as pass_rate,
    {{ stable('high / n') }} as share_80,
    {{ stable('delta') }} as delta_mean,
    {{ stable('delta - delta_margin') }} as delta_ci_low,
    {{ stable('delta + delta_margin') }} as delta_ci_high
from compared
