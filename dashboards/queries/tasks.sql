-- What needs doing in the chosen period: one row a task, the number that it concerns and what its sentence names.
with chosen as (
    select interview_id, status, recommendation, flags,
        coalesce(cast(quarter_start as varchar), cast(cast(date_trunc('quarter', invited_local_date) as date) as varchar)) as quarter,
        exists (select 1 from marts.interview_results s where s.supplement_of = r.interview_id) as is_supplemented
    from marts.interview_results r
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), in_period as (
    select * from chosen where $quarter = 'all' or quarter = $quarter
), offers as (
    select *
    from marts.offers
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), bands as (
    select grade, pay_min, pay_max, currency, lag(grade) over (order by pay_min) as below, lag(pay_max) over (order by pay_min) as below_max
    from marts.grades
    where pay_min is not null
), tasks as (
    select 1 as place, 'interrupted' as task, count(*) as n, null as grade, null as other, null as low, null as high
    from in_period
    where list_contains(flags, 'interrupted')
    union all
    select 2, 'insufficient', count(*), null, null, null, null from in_period where status = 'insufficient'
    union all
    select 3, 'supplement', count(*), null, null, null, null
    from in_period
    where recommendation = 'supplement' and not is_supplemented
    union all
    select 4, 'out_of_band', count(*), null, null, null, null from offers where is_out_of_band
    union all
    select 5, 'gap', (select count(*) from offers o where o.offer_monthly_salary > b.below_max and o.offer_monthly_salary < b.pay_min),
        b.grade, b.below, b.below_max, b.pay_min
    from bands b
    where b.pay_min > b.below_max
    union all
    select 6, 'overlap', (select count(*) from offers o where o.offer_monthly_salary >= b.pay_min and o.offer_monthly_salary <= b.below_max),
        b.grade, b.below, b.pay_min, b.below_max
    from bands b
    where b.pay_min < b.below_max
    union all
    select 7, 'quarantined', cast(sum(open_quarantined) as bigint), null, null, null, null from marts.source_health
)
select task, n, grade, other, low, high
from tasks
where n > 0 or task in ('gap', 'overlap')
order by place, low
