-- Of several assessments of a person the latest counts; at the same moment, the better one.
with assessments as (
    select * from {{ ref('stg_assessments') }}
)

select
    candidate_id,
    score as assessment_score,
    assessed_at
from assessments
qualify row_number() over (partition by candidate_id order by assessed_at desc, score desc) = 1
