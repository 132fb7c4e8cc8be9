-- The figures of the overview for the chosen period and, for one quarter, the change against the quarter before.
with chosen as (
    select status, composite_score, grade, started_at, cast(quarter_start as varchar) as scored_quarter,
        cast(date_trunc('quarter', invited_local_date) as date) as invited_quarter, quarter_start
    from marts.interview_results
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), periods as (
    select 'now' as period, $quarter as quarter
    union all
    select 'before', cast(cast(try_cast($quarter as date) - interval 3 month as date) as varchar)
    where $quarter <> 'all'
), scored as (
    select p.period, c.composite_score, c.grade,
        row_number() over (partition by p.period order by c.composite_score desc) as place,
        count(*) over (partition by p.period) as group_n
    from chosen c
    join periods p on p.quarter = 'all' or p.quarter = c.scored_quarter
    where c.status = 'scored'
), results as (
    select period, count(*) as n, {{ metric('mean_score') }} as mean, min(if(place <= ceil(group_n / 10.0), composite_score, null)) as top10_cutoff,
        {{ metric('top_grade_share') }} as top_share
    from scored
    group by period
), invited as (
    select p.period, {{ metric('participation') }} as participation, {{ metric_n('participation') }} as participation_n
    from chosen c
    join periods p on p.quarter = 'all' or p.quarter = cast(c.invited_quarter as varchar)
    where c.invited_quarter is not null or p.quarter = 'all'
    group by p.period
)
select a.n, a.mean, a.top10_cutoff, a.top_share, i.participation, i.participation_n,
    a.top10_cutoff - b.top10_cutoff as top10_delta, 100 * (a.top_share - b.top_share) as top_share_delta,
    100 * (i.participation - j.participation) as participation_delta
from results a
left join invited i on i.period = a.period
left join results b on b.period = 'before'
left join invited j on j.period = 'before'
where a.period = 'now'
