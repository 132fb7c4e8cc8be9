-- How the points of one question, or the seconds that its answers took, are spread: a row a bin; everybody at or beyond
-- the last edge is in the last bin. `$measure` is points or seconds.
with chosen as (
    select candidate_id, if($measure = 'points', points, if(is_skipped, null, answer_seconds)) as measured
    from marts.answer_scores
    where question_id = $question and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), sized as (
    select candidate_id, measured, if($measure = 'points', 10, 20) as width from chosen where measured is not null
), counted as (
    select count(*) as all_n, count(distinct candidate_id) as people_n, median(measured) as median, any_value(width) as width from sized
), binned as (
    select least(floor(measured / width), 9)::integer as bin, count(*) as n from sized group by 1
)
select b.bin, b.bin * c.width as bin_start, (b.bin + 1) * c.width as bin_end, coalesce(n.n, 0) as n,
    coalesce(n.n, 0) / c.all_n as share, b.bin = 9 and $measure <> 'points' as is_open, c.all_n, c.median
from range(10) b (bin)
cross join counted c
left join binned n on n.bin = b.bin
where c.people_n >= $fewest and c.all_n > 0
order by b.bin
