select
    candidate_id,
    name
from {{ ref('stg_candidates') }}
