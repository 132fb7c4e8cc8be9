-- The names of employees who wrote comments or are mentioned in them, as far as the reader may know them.
select e.employee_id, e.name
from people.employees e
join (select unnest(string_split($ids, ',')) as employee_id) asked on asked.employee_id = e.employee_id
where e.name is not null
