select
    employee_id,
    candidate_id,
    name
from {{ ref('stg_employees') }}
