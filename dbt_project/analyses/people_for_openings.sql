-- zh: 在招的需求，80 分以上的人选够不够？
-- en: Do the open positions have enough people at 80 or above?
select
    requisition_id,
    role_id,
    department_id,
    opened_on,
    max(needed_n) as needed_n,
    max(completed_n) as completed_n,
    count(*) filter (where is_above_80) as high_n,
    round({{ metric('supply_ratio') }}, 2) as supply_ratio
from {{ ref('requisition_shortlists') }}
where requisition_status = 'open'
group by requisition_id, role_id, department_id, opened_on
order by supply_ratio asc nulls last, requisition_id asc nulls last
