select
    question_id,
    rubric_id,
    role_id,
    scenario,
    text_zh,
    text_en,
    expected_seconds
from {{ ref('questions') }}
