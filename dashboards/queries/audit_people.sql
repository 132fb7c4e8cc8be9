-- The names behind the ids of the audit log's lines: candidates, employees, and whose an interview is.
with wanted as (
    select unnest(string_split($ids, ',')) as id
)
select 'candidate' as kind, w.id, c.name
from wanted w
join people.candidates c on c.candidate_id = w.id
where c.name is not null
union all
select 'employee', w.id, e.name
from wanted w
join people.employees e on e.employee_id = w.id
where e.name is not null
union all
select 'interview', w.id, c.name
from wanted w
join marts.interview_results i on i.interview_id = w.id
join people.candidates c on c.candidate_id = i.candidate_id
where c.name is not null
