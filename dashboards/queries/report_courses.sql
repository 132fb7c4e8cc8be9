-- The courses of the points that these interviews lost, three for each, by the points that they stand for.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id),
summed as (
    select l.interview_id, if($lang = 'zh', k.name_zh, k.name_en) as course, sum(l.points_lost) as points_lost,
        array_to_string(list_sort(list_distinct(list(if($lang = 'zh', c.name_zh, c.name_en)))), if($lang = 'zh', '、', ', '))
            as competencies
    from wanted w
    join marts.loss_points l on l.interview_id = w.interview_id
    join marts.courses k on k.course_id = l.course_id
    join marts.competencies c on c.competency_id = l.competency_id
    where l.points_lost > 0
    group by all
)
select interview_id, course, points_lost, competencies
from summed
qualify row_number() over (partition by interview_id order by points_lost desc, course) <= 3
order by interview_id, points_lost desc, course
