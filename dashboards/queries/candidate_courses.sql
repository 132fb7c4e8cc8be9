-- What to learn: the courses of the lost points, by the points that they stand for.
select if($lang = 'zh', k.name_zh, k.name_en) as course, sum(l.points_lost) as points_lost,
    array_to_string(list_sort(list_distinct(list(if($lang = 'zh', c.name_zh, c.name_en)))), if($lang = 'zh', '、', ', '))
        as competencies
from marts.loss_points l
join marts.courses k on k.course_id = l.course_id
join marts.competencies c on c.competency_id = l.competency_id
where l.interview_id = $interview and l.points_lost > 0
group by all
order by points_lost desc, course
limit 3
