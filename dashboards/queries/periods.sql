-- The quarters that have scored interviews, newest first.
select cast(quarter_start as varchar) as id
from (select distinct quarter_start from marts.interview_results where status = 'scored' and quarter_start is not null)
order by id desc
