-- What the rule says against what was decided: a row a verdict and decision; groups of fewer people than $fewest are null.
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter
    from marts.internal_reviews
    where scenario = 'promotion' and interview_score is not null and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
), found as (
    select candidate_id, coalesce(decision, 'none') as decision,
        case when performance_score is null then 'unreviewed' when is_eligible then 'eligible' else 'below' end as verdict
    from chosen
    where $quarter = 'all' or cast(quarter as varchar) = $quarter
)
select verdict, decision, if(count(distinct candidate_id) < $fewest, null, count(*)) as n
from found
group by verdict, decision
order by list_position(['eligible', 'below', 'unreviewed'], verdict),
    list_position(['approved', 'rejected', 'pending', 'none'], decision) nulls last, decision
