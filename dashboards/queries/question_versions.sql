-- Every version of one question and how it did, newest first.
select version, version_from, version_before, asked_n, n, mean, floor_share, ceiling_share, skip_rate, exposure, median_seconds
from marts.question_health
where question_id = $question
order by version desc
