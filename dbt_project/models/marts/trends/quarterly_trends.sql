with scored_interviews as (
    select * from {{ ref('interview_results') }}
    where status = 'scored'
),

measured as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        quarter_start,
        {{ metric('scored_interviews') }} as n,
        {{ metric('mean_score') }} as mean_score,
        {{ metric('median_score') }} as median_score,
        {{ metric('sd_score') }} as sd,
        {{ metric('p10_score') }} as p10,
        {{ metric('p90_score') }} as p90,
        min(composite_score) as lowest,
        max(composite_score) as highest,
        {{ metric('pass_rate') }} as pass_rate,
        {{ metric('share_80') }} as share_80
    from scored_interviews
    {{ group_with_totals(['quarter_start']) }}
),

compared as (
    select
        this_quarter.*,
        1.96 * this_quarter.sd / nullif(sqrt(this_quarter.n), 0) as margin,
        this_quarter.mean_score - quarter_before.mean_score as delta,
        1.96 * sqrt(
            this_quarter.sd * this_quarter.sd / nullif(this_quarter.n, 0)
            + quarter_before.sd * quarter_before.sd / nullif(quarter_before.n, 0)
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
    {{ stable('median_score') }} as median,
    {{ stable('sd') }} as sd,
    {{ stable('p10') }} as p10,
    {{ stable('p90') }} as p90,
    lowest as min,
    highest as max,
    {{ stable('pass_rate') }} as pass_rate,
    {{ stable('share_80') }} as share_80,
    {{ stable('delta') }} as delta_mean,
    {{ stable('delta - delta_margin') }} as delta_ci_low,
    {{ stable('delta + delta_margin') }} as delta_ci_high
from compared
