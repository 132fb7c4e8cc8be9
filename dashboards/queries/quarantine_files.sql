-- The files that have quarantined rows, of $source, in $state and broken by $reason: the newest first.
select file_id, any_value(file) as file, max(quarantined_at) as quarantined_at, count(*) as n
from marts.quarantine
where ($source = 'all' or source = $source) and ($state = 'all' or state = $state) and ($reason = 'all' or coalesce(code, 'broken') = $reason)
group by file_id
order by quarantined_at desc, file, file_id
limit $row_limit
