-- From which role to which other one people of the pool are advised (the best suited role only), with its openings of today.
with openings as (
    select recommended_role_id, max(openings_n) as openings_n from marts.role_recommendations group by recommended_role_id
), moves as (
    select t.role_id, t.recommended_role_id, count(distinct t.candidate_id) as people_n, avg(t.projected_score) as mean_projected,
        {{ metric('mean_score', {'composite_score': 't.composite_score'}) }} as mean_score, max(o.openings_n) as openings_n
    from marts.talent_pool t
    left join openings o on o.recommended_role_id = t.recommended_role_id
    where t.is_in_pool and t.recommended_role_id is not null and t.projected_score > t.composite_score
        and ($department = 'all' or t.department_id = $department) and ($role = 'all' or t.role_id = $role)
        and ($scenario = 'all' or t.scenario = $scenario)
    group by t.role_id, t.recommended_role_id
)
select m.role_id, m.recommended_role_id, if($lang = 'zh', a.name_zh, a.name_en) as role_name,
    if($lang = 'zh', b.name_zh, b.name_en) as other_name, m.people_n < $fewest as is_small, if(m.people_n < $fewest, null, m.people_n) as people_n,
    if(m.people_n < $fewest, null, m.mean_projected) as mean_projected, if(m.people_n < $fewest, null, m.mean_score) as mean_score, m.openings_n
from moves m
left join marts.roles a on a.role_id = m.role_id
left join marts.roles b on b.role_id = m.recommended_role_id
order by m.people_n desc, m.role_id, m.recommended_role_id
