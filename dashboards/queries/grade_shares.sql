-- Grade shares a role for the chosen period: sums over grade_bands, or for one department over its interviews.
with counted as (
    select role_id, grade, sum(n) as n
    from marts.grade_bands
    where $department = 'all' and role_id <> 'all' and scenario = $scenario
        and ($role = 'all' or role_id = $role) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by role_id, grade
    union all
    select role_id, grade, count(*) as n
    from marts.interview_results
    where department_id = $department and status = 'scored' and ($scenario = 'all' or scenario = $scenario)
        and ($role = 'all' or role_id = $role) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by role_id, grade
), shared as (
    select role_id, grade, n, sum(n) over (partition by role_id) as group_n from counted
), compared as (
    select role_id, grade, n, group_n, n / nullif(group_n, 0) as share from shared
), tops as (
    select role_id, {{ metric('top_grade_share') }} as top_share
    from marts.interview_results
    where ($department = 'all' or department_id = $department) and ($scenario = 'all' or scenario = $scenario)
        and ($role = 'all' or role_id = $role) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by role_id
)
select c.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, c.grade, g.grade_rank, n, group_n, share, t.top_share,
    coalesce(sum(share) over (
        partition by c.role_id order by g.grade_rank rows between unbounded preceding and 1 preceding
    ), 0) as share_before
from compared c
join tops t on t.role_id = c.role_id
join marts.roles r on r.role_id = c.role_id
join marts.grades g on g.grade = c.grade
where group_n > 0
order by top_share desc, c.role_id, g.grade_rank
