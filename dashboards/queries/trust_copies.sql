-- The names of those whose request for a copy has no answer.
with waiting as (
    select distinct candidate_id from marts.privacy_ledger where obligation = 'export' and closed_at is null
)
select w.candidate_id, c.name
from waiting w
left join people.candidates c on c.candidate_id = w.candidate_id
order by w.candidate_id
