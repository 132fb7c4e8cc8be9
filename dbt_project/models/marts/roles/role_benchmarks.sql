-- Our candidates beside those of the industry: where our median would stand among them. The industry's
-- figures are the seed industry_benchmarks: percentiles of a pool that somebody outside has measured.
with measured as (
    select * from {{ ref('int_scores_measured') }}
    where scenario = 'external'
),

pools as (
    select * from {{ ref('industry_benchmarks') }}
),

ours as (
    select
        role_id,
        competency_id,
        count(*) as n,
        {{ exact_sum('score') }} / nullif(count(*), 0) as mean,
        percentile_cont(0.5) within group (order by score) as median
    from measured
    group by role_id, competency_id
),

pieces as (
    select
        role_id,
        competency_id,
        percentile as lower_percentile,
        score as lower_score,
        lead(percentile) over by_score as upper_percentile,
        lead(score) over by_score as upper_score
    from pools
    window by_score as (partition by role_id, competency_id order by percentile asc nulls last)
),

described as (
    select
        role_id,
        competency_id,
        max(people_n) as pool_n,
        max(measured_on) as measured_on,
        max(score) filter (where percentile = 0.5) as pool_median,
        min(percentile) as lowest_percentile,
        max(percentile) as highest_percentile,
        min(score) as lowest_score,
        max(score) as highest_score,
        max(source_zh) as source_zh,
        max(source_en) as source_en
    from pools
    group by role_id, competency_id
),

-- Between two percentiles the line that joins them; outside them only the nearest one is known.
placed as (
    select
        ours.role_id,
        ours.competency_id,
        max(
            pieces.lower_percentile
            + (pieces.upper_percentile - pieces.lower_percentile)
            * (ours.median - pieces.lower_score) / nullif(pieces.upper_score - pieces.lower_score, 0)
        ) as benchmark_pct
    from ours
    inner join pieces
        on
            ours.role_id = pieces.role_id
            and ours.competency_id = pieces.competency_id
            and ours.median >= pieces.lower_score
            and ours.median <= pieces.upper_score
    group by ours.role_id, ours.competency_id
)

select
    described.role_id,
    described.competency_id,
    cast(coalesce(ours.n, 0) as integer) as n,
    {{ stable('ours.mean') }} as mean,
    {{ stable('ours.median') }} as median,
    cast(described.pool_n as integer) as pool_n,
    described.measured_on,
    described.pool_median,
    {{ stable('ours.median - described.pool_median') }} as difference,
    {{ stable(
        'case'
        ~ ' when ours.median < described.lowest_score then described.lowest_percentile'
        ~ ' when ours.median > described.highest_score then described.highest_percentile'
        ~ ' else placed.benchmark_pct end'
    ) }} as benchmark_pct,
    case
        when ours.median < described.lowest_score then 'below_the_pool'
        when ours.median > described.highest_score then 'above_the_pool'
        when ours.median is not null then 'within_the_pool'
        else 'nothing_measured'
    end as state,
    described.source_zh,
    described.source_en
from described
left join ours on described.role_id = ours.role_id and described.competency_id = ours.competency_id
left join placed on described.role_id = placed.role_id and described.competency_id = placed.competency_id
