select
    competency_id,
    name_zh,
    name_en
from {{ ref('competencies') }}
