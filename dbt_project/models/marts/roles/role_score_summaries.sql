{%- set shares = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9] -%}
{%- set columns = {'composite_score': 'score'} -%}

with measured as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        competency_id,
        count(*) as n,
        {{ metric('mean_score', columns) }} as mean_score,
        {{ metric('sd_score', columns) }} as sd,
        min(score) as lowest,
        max(score) as highest,
        {{ quantiles('score', shares) }} as quantiles,
        {{ metric('share_80', columns) }} as share_80,
        {{ nth_highest('score', 'ceil(count(*) / 10)') }} as top10_cutoff
    from {{ ref('int_scores_measured') }}
    {{ group_with_totals(['competency_id']) }}
)

select
    role_id,
    scenario,
    competency_id,
    cast(n as integer) as n,
    {{ stable('mean_score') }} as mean,
    {{ stable('mean_score - 1.96 * sd / nullif(sqrt(n), 0)') }} as ci_low,
    {{ stable('mean_score + 1.96 * sd / nullif(sqrt(n), 0)') }} as ci_high,
    {{ stable('sd') }} as sd,
    lowest as min,
    highest as max,
    {%- for share in shares %}
    {{ stable(element('quantiles', loop.index)) }} as p{{ '%d' % (100 * share) }},
    {%- endfor %}
    {{ stable('share_80') }} as share_80,
    top10_cutoff
from measured
