-- Every kind of duty by its state: how many, how many are due within 30 days of the ledger's day and not done, the first due day.
-- Of a group of fewer people than $fewest only its kind and state are told.
with counted as (
    select coalesce(field_class, obligation) as duty, any_value(obligation) as obligation, state, count(*) as n,
        min(coalesce(purge_due, answer_due)) as first_due, count(*) filter (has_conflict) as conflicts_n,
        count(*) filter (state in ('kept', 'open') and coalesce(purge_due, answer_due) <= cast($as_of as date) + 30) as soon_n
    from marts.privacy_ledger
    group by coalesce(field_class, obligation), state
), bits as (
    -- a bit a group: whose groups they are comes from one grouping by person
    select duty, state, cast(1 as bigint) << cast(row_number() over (order by duty, state) - 1 as integer) as bit from counted
), people as (
    select l.candidate_id, bit_or(b.bit) as duties
    from marts.privacy_ledger l
    join bits b on b.duty = coalesce(l.field_class, l.obligation) and b.state = l.state
    -- of these a person has one row each
    where l.obligation not in ('consent', 'refusal')
    group by l.candidate_id
), alike as (
    select duties, count(*) as people_n from people group by duties
), told as (
    select b.duty, b.state, cast(sum(a.people_n) as bigint) as people_n
    from bits b
    join alike a on a.duties & b.bit <> 0
    group by b.duty, b.state
), shown as (
    select c.*, coalesce(t.people_n, c.n) as people_n
    from counted c
    left join told t on t.duty = c.duty and t.state = c.state
)
select duty, obligation, state, state as duty_state, if(people_n < $fewest, null, n) as n, if(people_n < $fewest, null, n) as duty_n,
    if(people_n < $fewest, null, people_n) as people_n, if(people_n < $fewest, null, people_n) as duty_people,
    if(people_n < $fewest, null, soon_n) as soon_n, conflicts_n, if(people_n < $fewest, null, first_due) as first_due
from shown
order by obligation, list_position(['recordings', 'texts', 'scores'], duty) nulls last, duty, state
