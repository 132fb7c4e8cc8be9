select
    course_id,
    name_zh,
    name_en
from {{ ref('courses') }}
