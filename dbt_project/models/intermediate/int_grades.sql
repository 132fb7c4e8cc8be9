-- Bands are half-open; only the best one holds its upper edge, written here as an edge just above every
-- score.
with policy as (
    select * from {{ ref('grade_policy') }}
)

select
    grade,
    min_score,
    max_score,
    case when max_score = max(max_score) over () then 'infinity' else max_score end as score_before,
    cast(row_number() over (order by min_score desc) as integer) as grade_rank
from policy
