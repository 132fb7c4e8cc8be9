-- zh: 哪些高分面试带有信号，值得人工复核？信号从不改变分数。
-- en: Which high scores carry signals and deserve a second look by a person? Signals never change a score.
select
    interview_id,
    role_id,
    completed_local_date,
    composite_score,
    grade,
    {{ list_text('flags') }} as signals
from {{ ref('interview_results') }}
where composite_score >= {{ var('high_mark') }} and {{ list_size('flags') }} > 0
order by {{ list_size('flags') }} desc, composite_score desc, interview_id asc nulls last
limit 50
