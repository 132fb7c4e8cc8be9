-- Grade shares by quarter with their intervals: grade_bands, or for one department counts over its interviews.
with counted as (
    select quarter_start, grade, count(*) as n
    from marts.interview_results
    where department_id = $department and status = 'scored' and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
    group by quarter_start, grade
), shared as (
    select q.quarter_start, g.grade, coalesce(c.n, 0) as n, sum(coalesce(c.n, 0)) over (partition by q.quarter_start) as group_n,
        coalesce(c.n, 0) / sum(coalesce(c.n, 0)) over (partition by q.quarter_start) as p
    from (select distinct quarter_start from counted) q
    cross join marts.grades g
    left join counted c on c.quarter_start = q.quarter_start and c.grade = g.grade
), rows as (
    select quarter_start, grade, n, group_n, p as share,
        (p + 1.9208 / group_n - 1.96 * sqrt(p * (1 - p) / group_n + 0.9604 / (group_n * group_n))) / (1 + 3.8416 / group_n) as ci_low,
        (p + 1.9208 / group_n + 1.96 * sqrt(p * (1 - p) / group_n + 0.9604 / (group_n * group_n))) / (1 + 3.8416 / group_n) as ci_high
    from shared
    union all
    select quarter_start, grade, n, group_n, share, ci_low, ci_high
    from marts.grade_bands
    where $department = 'all' and role_id = $role and scenario = $scenario
)
select cast(r.quarter_start as varchar) as quarter, r.grade, g.grade_rank, r.n, r.group_n, r.share, r.ci_low, r.ci_high,
    coalesce(sum(r.share) over (
        partition by r.quarter_start order by g.grade_rank rows between unbounded preceding and 1 preceding
    ), 0) as share_before
from rows r
join marts.grades g on g.grade = r.grade
order by quarter, g.grade_rank
