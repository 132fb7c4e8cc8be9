-- A row a grade and one for all: how many were hired, stayed a year, and how their reviews went, each with its n and 95 %
-- interval; a figure of fewer people than $fewest is null though its n is told by is_small_….
with chosen as (
    select * exclude (grade), unnest([grade, 'all']) as grade
    from marts.interview_outcomes
    where composite_score is not null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), counted as (
    select grade, {{ metric_n('hire_rate') }} as hire_n, {{ metric_hits('hire_rate') }} as hired_n, {{ metric('hire_rate') }} as hire_rate,
        {{ metric_n('retention_12m') }} as stay_n, {{ metric_hits('retention_12m') }} as stayed_n, {{ metric('retention_12m') }} as retention,
        count(performance_3m) as n_3m, {{ metric('performance_12m', {'performance_12m': 'performance_3m'}) }} as mean_3m,
        stddev_samp(performance_3m) as sd_3m,
        count(performance_6m) as n_6m, {{ metric('performance_12m', {'performance_12m': 'performance_6m'}) }} as mean_6m,
        stddev_samp(performance_6m) as sd_6m,
        count(performance_12m) as n_12m, {{ metric('performance_12m') }} as mean_12m, stddev_samp(performance_12m) as sd_12m
    from chosen
    group by grade
), bounded as (
    select *, {{ wilson('hired_n', 'hire_n', '-') }} as hire_low, {{ wilson('hired_n', 'hire_n', '+') }} as hire_high,
        {{ wilson('stayed_n', 'stay_n', '-') }} as stay_low, {{ wilson('stayed_n', 'stay_n', '+') }} as stay_high,
        1.96 * sd_3m / sqrt(n_3m) as half_3m, 1.96 * sd_6m / sqrt(n_6m) as half_6m, 1.96 * sd_12m / sqrt(n_12m) as half_12m
    from counted
), measured as (
    select b.grade, g.grade_rank, unnest([
        {measure: 'hire_rate', n: hire_n, hits: hired_n, value: hire_rate, low: hire_low, high: hire_high},
        {measure: 'retention', n: stay_n, hits: stayed_n, value: retention, low: stay_low, high: stay_high},
        {measure: 'performance_3m', n: n_3m, hits: null, value: mean_3m, low: mean_3m - half_3m, high: mean_3m + half_3m},
        {measure: 'performance_6m', n: n_6m, hits: null, value: mean_6m, low: mean_6m - half_6m, high: mean_6m + half_6m},
        {measure: 'performance_12m', n: n_12m, hits: null, value: mean_12m, low: mean_12m - half_12m, high: mean_12m + half_12m}
    ], recursive := true)
    from bounded b
    left join marts.grades g on g.grade = b.grade
), told as (
    select *, n > 0 and n < $fewest as is_small from measured
)
select grade, measure, is_small, if(is_small, null, n) as n, if(is_small, null, hits) as hits, if(is_small, null, value) as value,
    if(is_small or n = 0, null, low) as low,
    if(is_small or n = 0, null, high) as high
from told
order by grade = 'all', grade_rank, measure
