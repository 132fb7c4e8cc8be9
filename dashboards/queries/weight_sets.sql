-- The sets of weights of a role with the interviews of the choice that each was used for, newest first.
with sets as (
    select valid_from, lead(valid_from) over (order by valid_from) as valid_before
    from (select distinct valid_from from marts.role_requirements where role_id = $of_role)
), completed as (
    select completed_local_date
    from marts.interview_results
    where role_id = $of_role and status in ('scored', 'insufficient')
        and ($department = 'all' or department_id = $department)
        and ($scenario = 'all' or scenario = $scenario)
        and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
)
select cast(s.valid_from as varchar) as id, s.valid_from, s.valid_before, count(c.completed_local_date) as interviews_n
from sets s
left join completed c
    on c.completed_local_date >= s.valid_from and (s.valid_before is null or c.completed_local_date < s.valid_before)
group by all
order by s.valid_from desc
