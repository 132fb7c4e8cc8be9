-- Why one role's mean of the quarter that begins on $until is another than that of the quarter before: what each competency
-- contributed to the composite (its score times its weight's share, averaged over all scored interviews), and by how much less before.
with scored as (
    select interview_id, candidate_id, quarter_start = cast($until as date) as is_now
    from marts.interview_results
    where status = 'scored' and role_id = $role and ($department = 'all' or department_id = $department)
        and ($scenario = 'all' or scenario = $scenario)
        and quarter_start in (cast($until as date), cast(cast($until as date) - interval 3 month as date))
), totals as (
    select count(*) filter (is_now) as n, count(*) filter (not is_now) as n_before,
        least(count(distinct candidate_id) filter (is_now), count(distinct candidate_id) filter (not is_now)) as people_n
    from scored
), skills as (
    select c.competency_id, sum(c.weight_share * c.score) filter (s.is_now) as points,
        sum(c.weight_share * c.score) filter (not s.is_now) as points_before
    from scored s
    join marts.competency_scores c on c.interview_id = s.interview_id
    where c.weight_share is not null
    group by c.competency_id
)
select k.competency_id, if($lang = 'zh', m.name_zh, m.name_en) as name, t.n, t.n_before, t.people_n,
    round(coalesce(k.points, 0) / t.n - coalesce(k.points_before, 0) / t.n_before, 9) as own, 0.0::double as composition
from skills k
cross join totals t
left join marts.competencies m on m.competency_id = k.competency_id
where t.n > 0 and t.n_before > 0
order by own desc, k.competency_id
