-- The offers of the choice with their place in the band of their grade. $only_out: only those outside, farthest first;
-- else in an order that has nothing to do with pay, so that a capped picture is a fair sample.
with chosen as (
    select *
    from marts.offers
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
        and (not $only_out or is_out_of_band)
), counted as (
    select count(*) as offers_n from chosen
)
select n.offers_n, o.interview_id, c.name, o.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, o.grade,
    g.grade_rank, o.composite_score, o.offered_local_date, o.offer_monthly_salary, o.is_out_of_band, g.pay_min, g.pay_max,
    g.currency, case when o.offer_monthly_salary < g.pay_min then o.offer_monthly_salary - g.pay_min
        when o.offer_monthly_salary > g.pay_max then o.offer_monthly_salary - g.pay_max end as outside_by,
    -- another hash than that of the order: a capped sample still spreads over its whole row
    (hash(o.application_id || ' jitter') % 1000) / 1000.0 as jitter
from chosen o
cross join counted n
left join people.candidates c on c.candidate_id = o.candidate_id
left join marts.roles r on r.role_id = o.role_id
left join marts.grades g on g.grade = o.grade
order by if($only_out, abs(outside_by), (hash(o.application_id) % 1000) / 1000.0) desc nulls last, o.application_id
limit $row_limit
