with scores as (
    select
        role_id,
        scenario,
        competency_id,
        least(cast(floor(score / 5) as integer) * 5, 95) as bin_start
    from {{ ref('int_scores_measured') }}
),

-- Counted once before totals are made of it.
counted as (
    select
        role_id,
        scenario,
        competency_id,
        bin_start,
        count(*) as n
    from scores
    group by role_id, scenario, competency_id, bin_start
),

score_groups as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        competency_id,
        sum(n) as group_n
    from counted
    {{ group_with_totals(['competency_id']) }}
),

binned as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        competency_id,
        bin_start,
        sum(n) as n
    from counted
    {{ group_with_totals(['competency_id', 'bin_start']) }}
),

bins as (
    select {{ each_number(0, 100, 5) }} as bin_start
)

select
    score_groups.role_id,
    score_groups.scenario,
    score_groups.competency_id,
    cast(bins.bin_start as integer) as bin_start,
    cast(bins.bin_start + 5 as integer) as bin_end,
    cast(coalesce(binned.n, 0) as integer) as n,
    cast(score_groups.group_n as integer) as group_n,
    {{ stable('coalesce(binned.n, 0) / nullif(score_groups.group_n, 0)') }} as share
from score_groups
cross join bins
left join binned
    on
        score_groups.role_id = binned.role_id
        and score_groups.scenario = binned.scenario
        and score_groups.competency_id = binned.competency_id
        and bins.bin_start = binned.bin_start
