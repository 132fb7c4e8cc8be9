with measured as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        competency_id,
        count(*) as n,
        fsum(score) / count(*) as mean_score,
        stddev_samp(score) as sd,
        min(score) as lowest,
        max(score) as highest,
        quantile_cont(score, [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]) as quantiles,
        count(*) filter (where score >= {{ var('high_mark') }}) as high,
        list(score order by score desc) as best_first
    from {{ ref('int_scores_measured') }}
    {{ group_with_totals(['competency_id']) }}
)

select
    role_id,
    scenario,
    competency_id,
    cast(n as integer) as n,
    {{ stable('mean_score') }} as mean,
    {{ stable('mean_score - 1.96 * sd / sqrt(n)') }} as ci_low,
    {{ stable('mean_score + 1.96 * sd / sqrt(n)') }} as ci_high,
    {{ stable('sd') }} as sd,
    lowest as min,
    highest as max,
    {{ stable('quantiles[1]') }} as p10,
    {{ stable('quantiles[2]') }} as p20,
    {{ stable('quantiles[3]') }} as p25,
    {{ stable('quantiles[4]') }} as p30,
    {{ stable('quantiles[5]') }} as p40,
    {{ stable('quantiles[6]') }} as p50,
    {{ stable('quantiles[7]') }} as p60,
    {{ stable('quantiles[8]') }} as p70,
    {{ stable('quantiles[9]') }} as p75,
    {{ stable('quantiles[10]') }} as p80,
    {{ stable('quantiles[11]') }} as p90,
    {{ stable('high / n') }} as share_80,
    best_first[cast(ceil(n / 10) as integer)] as top10_cutoff
from measured
