-- The sources that files came for, with their number of files.
select source, count(*) as files
from marts.ingest_health
group by source
order by source
