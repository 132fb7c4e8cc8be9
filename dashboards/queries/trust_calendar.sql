-- When records are to be purged, a row a month and state, up to a year after the ledger's day; `later_n` counts what comes after.
with counted as (
    select cast(date_trunc('month', purge_due) as date) as month_start, state, count(*) as n,
        count(*) filter (field_class = 'recordings') as recordings_n, count(*) filter (field_class = 'texts') as texts_n,
        count(*) filter (field_class = 'scores') as scores_n, bit_count(bit_or(cast(1 as ubigint) << (hash(candidate_id) % 64))) as at_least_n
    from marts.privacy_ledger
    where obligation = 'retention' and purge_due <= cast($as_of as date) + interval 1 year
    group by all
), few as (
    -- people are counted one by one only where a coarse count of them, which is never too high, does not tell that they are enough
    select c.month_start, c.state, count(distinct l.candidate_id) as people_n
    from counted c
    join marts.privacy_ledger l on l.state = c.state and cast(date_trunc('month', l.purge_due) as date) = c.month_start
    where c.at_least_n < $fewest and l.obligation = 'retention' and l.purge_due <= cast($as_of as date) + interval 1 year
    group by all
), later as (
    select count(*) as later_n from marts.privacy_ledger
    where obligation = 'retention' and purge_due > cast($as_of as date) + interval 1 year
)
select c.month_start, c.state, if(f.people_n < $fewest, null, c.n) as n, if(f.people_n < $fewest, null, c.recordings_n) as recordings_n,
    if(f.people_n < $fewest, null, c.texts_n) as texts_n, if(f.people_n < $fewest, null, c.scores_n) as scores_n, l.later_n
from counted c
cross join later l
left join few f on f.month_start = c.month_start and f.state = c.state
order by c.month_start, c.state
