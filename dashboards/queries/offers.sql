-- The offers of the choice with their place in the band of their grade; $only_out = only those outside; capped.
select count(*) over () as offers_n, count(*) filter (o.is_out_of_band) over () as out_n, o.interview_id, c.name, o.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, o.grade, g.grade_rank,
    o.composite_score, o.offered_local_date, o.offer_monthly_salary, o.is_out_of_band, g.pay_min, g.pay_max, g.currency,
    case when o.offer_monthly_salary < g.pay_min then o.offer_monthly_salary - g.pay_min
        when o.offer_monthly_salary > g.pay_max then o.offer_monthly_salary - g.pay_max end as outside_by,
    (hash(o.application_id) % 1000) / 1000.0 as jitter
from marts.offers o
left join people.candidates c on c.candidate_id = o.candidate_id
left join marts.roles r on r.role_id = o.role_id
left join marts.grades g on g.grade = o.grade
where ($department = 'all' or o.department_id = $department) and ($role = 'all' or o.role_id = $role)
    and ($scenario = 'all' or o.scenario = $scenario) and ($quarter = 'all' or cast(o.quarter_start as varchar) = $quarter)
    and (not $only_out or o.is_out_of_band)
order by o.is_out_of_band desc, abs(outside_by) desc nulls last, o.offered_local_date desc, o.interview_id
limit $row_limit
