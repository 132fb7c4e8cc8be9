-- The openings of the choice, the open ones first and of these the shortest of people, each with the people interviewed for it and whether enough stand above the mark.
with chosen as (
    select requisition_id, any_value(role_id) as role_id, any_value(department_id) as department_id, any_value(needed_n) as needed_n,
        any_value(completed_n) as completed_n, any_value(high_n) as high_n, any_value(supply_ratio) as supply_ratio,
        any_value(requisition_status) as requisition_status, min(opened_on) as opened_on, max(closed_on) as closed_on,
        max(composite_score) as best_score, count(*) filter (is_within_headcount) as within_n,
        min(composite_score) filter (is_within_headcount) as last_score
    from marts.requisition_shortlists
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
        and ($quarter = 'all' or cast(cast(date_trunc('quarter', opened_on) as date) as varchar) = $quarter or requisition_status = 'open')
    group by requisition_id
), counted as (
    select count(*) as requisitions_n, count(*) filter (requisition_status = 'open') as open_n,
        count(*) filter (requisition_status = 'open' and supply_ratio < 1) as short_n
    from chosen
)
select n.requisitions_n, n.open_n, n.short_n, c.*, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, c.supply_ratio < 1 as is_short, round(100 * c.supply_ratio) as supply_percent
from chosen c
cross join counted n
left join marts.roles r on r.role_id = c.role_id
left join marts.departments d on d.department_id = c.department_id
order by c.requisition_status = 'open' desc, if(c.requisition_status = 'open', c.supply_ratio, null) nulls last, c.opened_on desc, c.requisition_id
limit $row_limit
