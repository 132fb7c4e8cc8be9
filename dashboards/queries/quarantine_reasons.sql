-- A broken rule a row, of the quarantined rows of $source and $file: how many wait, how many are settled, in how many files.
select coalesce(code, 'broken') as code, count(*) as n, count(*) filter (state = 'open') as open_n, count(*) filter (state = 'released') as released_n,
    count(distinct file_id) as files
from marts.quarantine
where ($source = 'all' or source = $source) and ($file = 'all' or file_id = $file) and ($state = 'all' or state = $state)
group by all
order by n desc, code
