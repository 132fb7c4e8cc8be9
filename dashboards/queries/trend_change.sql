-- Why the mean of the quarter that begins on $until is another than that of the quarter before, in parts that add up to the
-- change. A group is a role in a scenario. Its `composition` is the change of its share times how far its mean lies from the
-- total's, its `own` the change of its mean times its mean share; a group of one quarter alone has composition only.
with scored as (
    select candidate_id, role_id, scenario, quarter_start = cast($until as date) as is_now,
        if(is_now, composite_score, null) as score_now, if(is_now, null, composite_score) as score_before
    from marts.interview_results
    where status = 'scored' and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
        and quarter_start in (cast($until as date), cast(cast($until as date) - interval 3 month as date))
), grouped as (
    select role_id, scenario, count(*) filter (is_now) as n, count(*) filter (not is_now) as n_before,
        {{ metric('mean_score', {'composite_score': 'score_now'}) }} as mean,
        {{ metric('mean_score', {'composite_score': 'score_before'}) }} as mean_before
    from scored
    group by role_id, scenario
), totals as (
    select count(*) filter (is_now) as all_n, count(*) filter (not is_now) as all_before,
        {{ metric('mean_score', {'composite_score': 'score_now'}) }} as all_mean,
        {{ metric('mean_score', {'composite_score': 'score_before'}) }} as all_mean_before
    from scored
), parts as (
    select g.role_id, g.n, g.n_before,
        (g.n / t.all_n - g.n_before / t.all_before)
            * (coalesce((g.mean + g.mean_before) / 2, g.mean, g.mean_before) - (t.all_mean + t.all_mean_before) / 2) as composition,
        coalesce((g.n / t.all_n + g.n_before / t.all_before) / 2 * (g.mean - g.mean_before), 0) as own
    from grouped g
    cross join totals t
    where t.all_n > 0 and t.all_before > 0
), people as (
    select role_id, least(count(distinct candidate_id) filter (is_now), count(distinct candidate_id) filter (not is_now)) as people_n
    from scored
    group by role_id
)
select p.role_id, if($lang = 'zh', r.name_zh, r.name_en) as name, sum(p.n) as n, sum(p.n_before) as n_before, round(sum(p.own), 9) as own,
    round(sum(sum(p.composition)) over (), 9) as composition, min(people.people_n) as people_n
from parts p
join people on people.role_id = p.role_id
left join marts.roles r on r.role_id = p.role_id
group by p.role_id, name
order by own desc, p.role_id
