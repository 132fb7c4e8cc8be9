-- A returned row is a role and scenario whose scored interviews are counted differently by results,
-- trends, grade bands and distributions. Protects against a total that drops or doubles a row.
{{ config(meta = {'dagster': {'ref': {'name': 'interview_results'}}}) }}

with results as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        count(*) as n
    from {{ ref('interview_results') }}
    where status = 'scored'
    group by grouping sets ((role_id, scenario), (role_id), (scenario), ())
),

trends as (
    select
        role_id,
        scenario,
        sum(n) as n
    from {{ ref('quarterly_trends') }}
    group by role_id, scenario
),

bands as (
    select
        role_id,
        scenario,
        sum(n) as n
    from {{ ref('grade_bands') }}
    group by role_id, scenario
),

distributions as (
    select
        role_id,
        scenario,
        sum(n) as n
    from {{ ref('role_score_distributions') }}
    where competency_id = 'composite'
    group by role_id, scenario
),

summaries as (
    select
        role_id,
        scenario,
        n
    from {{ ref('role_score_summaries') }}
    where competency_id = 'composite'
)

select
    results.*,
    trends.n as trends_n,
    bands.n as bands_n,
    distributions.n as distributions_n,
    summaries.n as summaries_n
from results
left join trends on results.role_id = trends.role_id and results.scenario = trends.scenario
left join bands on results.role_id = bands.role_id and results.scenario = bands.scenario
left join distributions
    on results.role_id = distributions.role_id and results.scenario = distributions.scenario
left join summaries on results.role_id = summaries.role_id and results.scenario = summaries.scenario
where
    results.n > 0
    and (
        results.n is distinct from trends.n
        or results.n is distinct from bands.n
        or results.n is distinct from distributions.n
        or results.n is distinct from summaries.n
    )
