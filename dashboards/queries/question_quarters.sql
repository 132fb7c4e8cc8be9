-- How often one question was asked, quarter by quarter, and how it did then; groups that are too small are null.
with quarters as (
    select quarter_start, count(distinct candidate_id) as people_n, count(*) as asked_n, avg(points) as mean,
        {{ metric('skip_rate') }} as skip_rate
    from marts.answer_scores
    where question_id = $question and quarter_start is not null and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
    group by quarter_start
)
select cast(quarter_start as varchar) as quarter, if(people_n >= $fewest, asked_n, null) as n,
    if(people_n >= $fewest, mean, null) as mean, if(people_n >= $fewest, skip_rate, null) as skip_rate
from quarters
order by quarter_start
