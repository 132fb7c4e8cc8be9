-- Quarters of the choice: the mart's own rows, or for one department the same rule over its interviews.
-- Rows: the total of the choice (role_id = $role) and, when $each_role, one series a role.
with of_department as (
    select unnest(if($role = 'all', [role_id, 'all'], [role_id])) as role_id, quarter_start, composite_score
    from marts.interview_results
    where status = 'scored' and department_id = $department
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
), counted as (
    select role_id, quarter_start, count(*) as n, {{ metric('mean_score') }} as mean, {{ metric('median_score') }} as median,
        {{ metric('sd_score') }} as sd, {{ metric('p10_score') }} as p10, {{ metric('p90_score') }} as p90,
        {{ metric('pass_rate') }} as pass_rate, {{ metric('share_80') }} as share_80
    from of_department
    group by role_id, quarter_start
), compared as (
    select a.role_id, a.quarter_start, a.n, a.mean, a.mean - 1.96 * a.sd / sqrt(a.n) as ci_low,
        a.mean + 1.96 * a.sd / sqrt(a.n) as ci_high, a.median, a.sd, a.p10, a.p90, a.pass_rate, a.share_80,
        a.mean - b.mean as delta_mean, sqrt(a.sd * a.sd / a.n + b.sd * b.sd / b.n) as delta_error
    from counted a
    left join counted b
        on b.role_id = a.role_id and b.quarter_start = cast(a.quarter_start - interval 3 month as date)
), rows as (
    select role_id, quarter_start, n, mean, ci_low, ci_high, median, sd, p10, p90, pass_rate, share_80, delta_mean,
        delta_mean - 1.96 * delta_error as delta_ci_low, delta_mean + 1.96 * delta_error as delta_ci_high
    from compared
    union all
    select role_id, quarter_start, n, mean, ci_low, ci_high, median, sd, p10, p90, pass_rate, share_80, delta_mean,
        delta_ci_low, delta_ci_high
    from marts.quarterly_trends
    where $department = 'all' and scenario = $scenario and ($role = 'all' or role_id = $role)
)
select r.role_id, if($lang = 'zh', m.name_zh, m.name_en) as role_name, cast(r.quarter_start as varchar) as quarter,
    cast(r.quarter_start as varchar) = $quarter as is_chosen, n, mean, ci_low, ci_high, median, sd, p10, p90, pass_rate,
    share_80, delta_mean, delta_ci_low, delta_ci_high, delta_ci_low > 0 as is_higher, delta_ci_high < 0 as is_lower
from rows r
left join marts.roles m on m.role_id = r.role_id
where $each_role or r.role_id = $role
order by r.role_id, r.quarter_start
