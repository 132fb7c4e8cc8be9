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
        {{ sorted_list('score') }} as scores,
        {{ metric('share_80', columns) }} as share_80
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
    {{ element('scores', '1') }} as min,
    {{ element('scores', 'cast(n as integer)') }} as max,
    {%- for share in shares %}
    {{ stable(quantile_of('scores', 'n', share)) }} as p{{ '%d' % (100 * share) }},
    {%- endfor %}
    {{ stable('share_80') }} as share_80,
    {{ element('scores', 'cast(n + 1 - ceil(n / 10) as integer)') }} as top10_cutoff
from measured
