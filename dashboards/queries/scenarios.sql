-- The scenarios that occur.
select distinct scenario as id
from marts.interview_results
where scenario is not null
order by id
