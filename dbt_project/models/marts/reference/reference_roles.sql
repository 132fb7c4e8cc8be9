select
    role_id,
    name_zh,
    name_en,
    department_id,
    score_source
from {{ ref('roles') }}
