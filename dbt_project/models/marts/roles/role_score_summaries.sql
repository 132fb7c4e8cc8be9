{%- set percentiles = [10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90] -%}
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
        quantile_cont(
            score, [{% for p in percentiles %}{{ p / 100 }}{{ ", " if not loop.last }}{% endfor %}]
        ) as quantiles,
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
    {% for p in percentiles -%}
    {{ stable('quantiles[' ~ loop.index ~ ']') }} as p{{ p }},
    {% endfor -%}
    {{ stable('high / n') }} as share_80,
    best_first[cast(ceil(n / 10) as integer)] as top10_cutoff
from measured
