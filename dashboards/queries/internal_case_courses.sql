-- The names of the courses that one person had taken before the interview.
with taken as (
    select unnest(course_ids) as course_id from marts.internal_reviews where interview_id = $case
)
select t.course_id, if($lang = 'zh', c.name_zh, c.name_en) as course
from taken t
left join marts.courses c on c.course_id = t.course_id
order by t.course_id
