-- How many people are below the requirement, by role (or 'all') and competency (or 'any'), of those who were measured in it; a
-- group in which fewer than $fewest people are below, or were measured, has no figures and says so.
with measured as (
    select s.role_id, s.competency_id, s.candidate_id, if(s.gap < 0, -s.gap, null) as gap
    from marts.competency_scores s
    where s.is_scored and s.weight is not null and s.gap is not null and ($department = 'all' or s.department_id = $department)
        and ($role = 'all' or s.role_id = $role) and ($scenario = 'all' or s.scenario = $scenario)
        and ($quarter = 'all' or cast(s.quarter_start as varchar) = $quarter)
), depths as (
    select if(grouping(role_id) = 1, 'all', role_id) as role_id, if(grouping(competency_id) = 1, 'any', competency_id) as competency_id,
        avg(gap) as mean_gap, 1.96 * stddev_samp(gap) / sqrt(count(gap)) as half
    from measured
    group by grouping sets ((role_id, competency_id), (competency_id), (role_id), ())
), bits as (
    -- a bit a competency: a person once in each group comes from one grouping of the rows, not from one a group
    select competency_id, cast(1 as hugeint) << cast(row_number() over (order by competency_id) as integer) as bit
    from depths
    where role_id = 'all' and competency_id <> 'any'
), by_role as (
    select m.role_id, m.candidate_id, bit_or(b.bit) as measured_in, bit_or(if(m.gap is null, 0, b.bit)) as below_in
    from measured m
    join bits b on b.competency_id = m.competency_id
    group by m.role_id, m.candidate_id
), everybody as (
    select candidate_id, bit_or(measured_in) as measured_in, bit_or(below_in) as below_in from by_role group by candidate_id
), alike as (
    select role_id, measured_in, below_in, count(*) as people_n from by_role group by all
    union all
    select 'all', measured_in, below_in, count(*) from everybody group by all
), once as (
    select a.role_id, b.competency_id, a.people_n, a.below_in & b.bit <> 0 as is_below
    from alike a
    join bits b on a.measured_in & b.bit <> 0
    union all
    select role_id, 'any', people_n, below_in <> 0 from alike
), told as (
    select role_id, competency_id, cast(sum(people_n) as bigint) as n, cast(coalesce(sum(people_n) filter (is_below), 0) as bigint) as gap_n,
        n < $fewest or (gap_n > 0 and gap_n < $fewest) as is_small
    from once
    group by role_id, competency_id
)
select t.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, t.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency,
    t.is_small, if(t.is_small, null, t.n) as n, if(t.is_small, null, t.gap_n) as gap_n, if(t.is_small, null, t.gap_n / t.n) as share,
    if(t.is_small, null, d.mean_gap) as mean_gap, if(t.is_small, null, d.mean_gap - d.half) as low, if(t.is_small, null, d.mean_gap + d.half) as high,
    if(t.is_small, null, {{ wilson('t.gap_n', 't.n', '-') }}) as share_low, if(t.is_small, null, {{ wilson('t.gap_n', 't.n', '+') }}) as share_high
from told t
join depths d on d.role_id = t.role_id and d.competency_id = t.competency_id
left join marts.roles r on r.role_id = t.role_id
left join marts.competencies c on c.competency_id = t.competency_id
order by t.role_id <> 'all', t.competency_id <> 'any', t.role_id, t.gap_n desc, t.competency_id
