-- The quarters that have scored interviews, newest first.
select distinct cast(quarter_start as varchar) as id
from marts.quarterly_trends
where role_id = 'all' and scenario = 'all'
order by id desc
