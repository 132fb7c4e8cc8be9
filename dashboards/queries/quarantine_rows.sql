-- Quarantined rows of the choice, the newest file first; `found_n` counts all of them, $row_limit caps the rows that travel.
select count(*) over () as found_n, min(source) over () = max(source) over () as is_one_source, source, file, row_number, column_name, value,
    coalesce(code, 'broken') as code, reason, contract_version, quarantined_at, state, released_at, released_how, released_by
from marts.quarantine
where ($source = 'all' or source = $source) and ($file = 'all' or file_id = $file) and ($state = 'all' or state = $state)
    and ($reason = 'all' or coalesce(code, 'broken') = $reason)
order by quarantined_at desc, file, file_id, row_number
limit $row_limit
