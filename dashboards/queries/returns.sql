-- Who came back, over all quarters: first and next mean, gain with its 95 % interval, by whether a course was finished between;
-- supplementary interviews stand by themselves. Beside them how many came back at all, and how many of these joined.
with pairs as (
    select *, len(course_ids) > 0 as took_course
    from marts.reapplications
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), grouped as (
    select *, unnest(if(is_supplement, ['supplement'], ['all', if(took_course, 'course', 'no_course')])) as part from pairs
), counted as (
    select part, count(*) as n, count(distinct candidate_id) as people_n, avg(first_score) as mean_first, avg(next_score) as mean_next,
        {{ metric('return_gain', {'is_supplement': 'false'}) }} as gain, stddev_samp(gain) as sd, median(days_between) as median_days,
        count(distinct candidate_id) filter (was_hired) as joined_n
    from grouped
    group by part
), everybody as (
    select count(*) as scored_n from (select distinct candidate_id
    from marts.interview_results
    where status = 'scored' and supplement_of is null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario))
), told as (
    select *, people_n < $fewest as is_small, joined_n > 0 and joined_n < $fewest as is_joined_small from counted cross join everybody
)
select part, is_small, if(is_small, null, n) as n, if(is_small, null, people_n) as people_n, if(is_small, null, mean_first) as mean_first,
    if(is_small, null, mean_next) as mean_next, if(is_small, null, gain) as gain, if(is_small, null, gain - 1.96 * sd / sqrt(n)) as low,
    if(is_small, null, gain + 1.96 * sd / sqrt(n)) as high, if(is_small, null, median_days) as median_days, scored_n,
    if(is_small, null, people_n / scored_n) as came_back, is_small or is_joined_small as is_joined_hidden,
    if(is_small or is_joined_small, null, joined_n) as joined_n, if(is_small or is_joined_small, null, joined_n / people_n) as joined,
    if(is_small or is_joined_small, null, {{ wilson('joined_n', 'people_n', '-') }}) as joined_low,
    if(is_small or is_joined_small, null, {{ wilson('joined_n', 'people_n', '+') }}) as joined_high
from told
order by case part when 'all' then 1 when 'course' then 2 when 'no_course' then 3 else 4 end
