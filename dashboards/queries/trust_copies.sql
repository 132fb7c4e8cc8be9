-- The names of those whose request for a copy has no answer.
select distinct l.candidate_id, c.name
from marts.privacy_ledger l
left join people.candidates c on c.candidate_id = l.candidate_id
where l.obligation = 'export' and l.closed_at is null
order by l.candidate_id
