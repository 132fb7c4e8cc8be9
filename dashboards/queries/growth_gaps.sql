-- How many people are below the requirement, by role (or 'all') and competency (or 'any'), of those who were measured in it; a
-- group in which fewer than $fewest people are below, or were measured, has no figures and says so.
with measured as (
    select s.interview_id, s.competency_id, s.candidate_id, s.role_id, p.gap
    from marts.competency_scores s
    join marts.interview_results i on i.interview_id = s.interview_id and i.status = 'scored'
    left join marts.development_plans p on p.interview_id = s.interview_id and p.competency_id = s.competency_id
    where s.weight is not null and s.requirement is not null and s.score is not null
        and ($department = 'all' or s.department_id = $department) and ($role = 'all' or s.role_id = $role)
        and ($scenario = 'all' or s.scenario = $scenario) and ($quarter = 'all' or cast(s.quarter_start as varchar) = $quarter)
), counted as (
    select if(grouping(role_id) = 1, 'all', role_id) as role_id, if(grouping(competency_id) = 1, 'any', competency_id) as competency_id,
        count(distinct candidate_id) as n, count(distinct candidate_id) filter (gap is not null) as gap_n, count(gap) as gaps_n,
        avg(gap) as mean_gap, 1.96 * stddev_samp(gap) / sqrt(count(gap)) as half
    from measured
    group by grouping sets ((role_id, competency_id), (competency_id), (role_id), ())
), told as (
    select *, n < $fewest or (gap_n > 0 and gap_n < $fewest) as is_small from counted
)
select t.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, t.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency,
    t.is_small, if(t.is_small, null, t.n) as n, if(t.is_small, null, t.gap_n) as gap_n, if(t.is_small, null, t.gap_n / t.n) as share,
    if(t.is_small, null, t.mean_gap) as mean_gap, if(t.is_small, null, t.mean_gap - t.half) as low, if(t.is_small, null, t.mean_gap + t.half) as high,
    if(t.is_small, null, {{ wilson('t.gap_n', 't.n', '-') }}) as share_low, if(t.is_small, null, {{ wilson('t.gap_n', 't.n', '+') }}) as share_high
from told t
left join marts.roles r on r.role_id = t.role_id
left join marts.competencies c on c.competency_id = t.competency_id
where t.n > 0
order by t.role_id <> 'all', t.competency_id <> 'any', t.role_id, t.gap_n desc, t.competency_id
