-- Competencies so low that the policy names a risk and a step, by competency.
with low as (
    select competency_id, step, if($lang = 'zh', risk_zh, risk_en) as risk, below, count(distinct candidate_id) as people_n
    from marts.competency_risks
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by all
)
select l.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, l.step, l.risk, l.below, l.people_n < $fewest as is_small,
    if(l.people_n < $fewest, null, l.people_n) as people_n
from low l
left join marts.competencies c on c.competency_id = l.competency_id
order by l.people_n desc, l.competency_id, l.step, l.below
