-- Promotion interviews with both scores, for the chart of the rule; when there are more than $row_limit, an even sample (`judged_n` counts all).
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter
    from marts.internal_reviews
    where scenario = 'promotion' and is_eligible is not null and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
), found as (
    select *, interview_score >= {{ var('promotion_interview_mark') }} as is_interview_high,
        performance_score >= {{ var('promotion_performance_mark') }} as is_performance_high
    from chosen
    where $quarter = 'all' or cast(quarter as varchar) = $quarter
), counted as (
    select count(*) as judged_n, count(*) filter (is_interview_high and is_performance_high) as both_n,
        count(*) filter (is_interview_high and not is_performance_high) as interview_only_n,
        count(*) filter (not is_interview_high and is_performance_high) as performance_only_n,
        count(*) filter (not is_interview_high and not is_performance_high) as neither_n
    from found
)
select n.*, f.interview_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name, f.interview_score, f.performance_score,
    f.is_eligible, f.decision, {{ var('promotion_interview_mark') }} as interview_mark,
    {{ var('promotion_performance_mark') }} as performance_mark
from found f
cross join counted n
left join people.candidates c on c.candidate_id = f.candidate_id
left join marts.roles r on r.role_id = f.role_id
where n.judged_n >= $fewest
order by hash(f.interview_id), f.interview_id
limit $row_limit
