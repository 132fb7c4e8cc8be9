-- When records are to be purged, a row a month and state, up to a year after the ledger's day; `later_n` counts what comes after.
with counted as (
    select cast(date_trunc('month', purge_due) as date) as month_start, state, count(*) as n, count(distinct candidate_id) as people_n,
        count(*) filter (field_class = 'recordings') as recordings_n, count(*) filter (field_class = 'texts') as texts_n,
        count(*) filter (field_class = 'scores') as scores_n
    from marts.privacy_ledger
    where obligation = 'retention' and purge_due <= cast($as_of as date) + interval 1 year
    group by all
), later as (
    select count(*) as later_n from marts.privacy_ledger
    where obligation = 'retention' and purge_due > cast($as_of as date) + interval 1 year
)
select c.month_start, c.state, if(c.people_n < $fewest, null, c.n) as n, if(c.people_n < $fewest, null, c.recordings_n) as recordings_n,
    if(c.people_n < $fewest, null, c.texts_n) as texts_n, if(c.people_n < $fewest, null, c.scores_n) as scores_n, l.later_n
from counted c
cross join later l
order by c.month_start, c.state
