-- Of the employees of today: whom to ask for a promotion interview, and why the others are not asked.
select state, if(count(*) < $fewest, null, count(*)) as n, {{ var('promotion_performance_mark') }} as performance_mark
from marts.promotion_prompts
where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
group by state
order by list_position(['prompt', 'already_requested', 'already_interviewed', 'below_mark', 'no_review'], state) nulls last
