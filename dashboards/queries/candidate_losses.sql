-- Where the points were lost, most first, with the running total and the next grade that it would reach.
with losses as (
    select l.*, sum(l.points_lost) over (order by l.points_lost desc, l.criterion_id) as points_so_far,
        row_number() over (order by l.points_lost desc, l.criterion_id) as place, count(*) over () as losses_n
    from marts.loss_points l
    where l.interview_id = $interview and l.points_lost > 0
), linear as (
    select bool_and(basis = 'rubric' and raw_score = calibrated_score) as is_linear
    from marts.competency_scores
    where interview_id = $interview and weight is not null and score is not null
)
select l.place, l.losses_n, l.criterion_id, l.question_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, l.points_lost,
    l.points_so_far, if($lang = 'zh', l.loss_zh, l.loss_en) as loss, if($lang = 'zh', l.advice_zh, l.advice_en) as advice,
    if($lang = 'zh', q.text_zh, q.text_en) as question, if($lang = 'zh', k.name_zh, k.name_en) as course, l.course_id, n.grade as next_grade,
    n.min_score as next_min, n.is_linear and i.composite_score + l.points_so_far >= n.min_score as reaches_next
from losses l
join marts.interview_results i on i.interview_id = l.interview_id
left join marts.competencies c on c.competency_id = l.competency_id
left join marts.questions q on q.question_id = l.question_id
left join marts.courses k on k.course_id = l.course_id
left join marts.grades g on g.grade = i.grade
left join (select g2.*, linear.is_linear from marts.grades g2 cross join linear) n on n.grade_rank = g.grade_rank - 1
order by l.place
