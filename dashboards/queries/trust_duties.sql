-- Every kind of duty by its state: how many, how many are due within 30 days of the ledger's day and not done, the first due day.
-- Of a group of fewer people than $fewest only its kind and state are told.
with duties as (
    select coalesce(field_class, obligation) as duty, obligation, state, candidate_id, has_conflict, coalesce(purge_due, answer_due) as due
    from marts.privacy_ledger
), counted as (
    select duty, any_value(obligation) as obligation, state, count(*) as n, count(distinct candidate_id) as people_n, min(due) as first_due,
        count(*) filter (has_conflict) as conflicts_n,
        count(*) filter (state in ('kept', 'open') and due <= cast($as_of as date) + 30) as soon_n
    from duties
    group by duty, state
)
select duty, obligation, state, state as duty_state, if(people_n < $fewest, null, n) as n, if(people_n < $fewest, null, n) as duty_n,
    if(people_n < $fewest, null, people_n) as people_n, if(people_n < $fewest, null, people_n) as duty_people,
    if(people_n < $fewest, null, soon_n) as soon_n, conflicts_n, if(people_n < $fewest, null, first_due) as first_due
from counted
order by obligation, list_position(['recordings', 'texts', 'scores'], duty) nulls last, duty, state
