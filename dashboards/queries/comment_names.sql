-- The names of employees who wrote comments or are mentioned in them, as far as the reader may know them.
select e.employee_id, e.name
from people.employees e
where list_contains(string_split($ids, ','), e.employee_id) and e.name is not null
