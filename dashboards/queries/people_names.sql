-- What the people of $ids (separated by commas) are called, as far as the reader may know it.
select c.candidate_id, c.name
from people.candidates c
join (select unnest(string_split($ids, ',')) as candidate_id) wanted on wanted.candidate_id = c.candidate_id
where c.name is not null
