-- One line of statistics a role: the mart's rows for the whole time, else the same rule over the choice.
with {{ part('chosen_scores') }}, ordered as (
    select role_id, composite_score, row_number() over (partition by role_id order by composite_score desc) as place,
        count(*) over (partition by role_id) as group_n
    from chosen
), counted as (
    select role_id, count(*) as n, {{ metric('mean_score') }} as mean, {{ metric('sd_score') }} as sd,
        min(composite_score) as min, max(composite_score) as max, {{ metric('p10_score') }} as p10,
        percentile_cont(0.25) within group (order by composite_score) as p25, {{ metric('median_score') }} as p50,
        percentile_cont(0.75) within group (order by composite_score) as p75, {{ metric('p90_score') }} as p90,
        {{ metric('share_80') }} as share_80, min(if(place <= ceil(group_n / 10.0), composite_score, null)) as top10_cutoff
    from ordered
    group by role_id
), rows as (
    select role_id, n, mean, mean - 1.96 * sd / sqrt(n) as ci_low, mean + 1.96 * sd / sqrt(n) as ci_high, sd, min, max,
        p10, p25, p50, p75, p90, share_80, top10_cutoff
    from counted
    union all
    select role_id, n, mean, ci_low, ci_high, sd, min, max, p10, p25, p50, p75, p90, share_80, top10_cutoff
    from marts.role_score_summaries
    where $department = 'all' and $quarter = 'all' and role_id <> 'all' and ($role = 'all' or role_id = $role)
        and scenario = $scenario and competency_id = $competency
)
select w.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, n, mean, ci_low, ci_high, sd, min, max,
    p10, p25, p50, p75, p90, share_80, top10_cutoff
from rows w
join marts.roles r on r.role_id = w.role_id
order by mean desc, w.role_id
