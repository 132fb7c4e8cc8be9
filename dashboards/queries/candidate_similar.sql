-- Answers that are nearly another person's: the others of the same group, the one it was compared with first.
with own as materialized (
    select * from marts.similar_answers where interview_id = $interview
), alike as (
    select other.interview_id, other.candidate_id, other.role_id, own.question_id, own.similarity,
        other.interview_id = own.similar_interview_id as is_closest,
        row_number() over (
            partition by own.question_id
            order by other.interview_id = own.similar_interview_id desc, other.completed_at nulls last, other.interview_id
        ) as place,
        count(*) over (partition by own.question_id) as alike_n
    from own
    join marts.similar_answers other
        on other.question_id = own.question_id and other.group_id = own.group_id and other.candidate_id <> own.candidate_id
)
select a.question_id, if($lang = 'zh', q.text_zh, q.text_en) as question, a.interview_id, coalesce(c.name, a.candidate_id) as name,
    if($lang = 'zh', r.name_zh, r.name_en) as role_name, i.completed_local_date as local_date, i.status, i.coverage, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, i.grade,
    if(a.is_closest, a.similarity, null) as similarity, a.place, a.alike_n
from alike a
join marts.interview_results i on i.interview_id = a.interview_id
left join people.candidates c on c.candidate_id = a.candidate_id
left join marts.questions q on q.question_id = a.question_id
left join marts.roles r on r.role_id = a.role_id
left join marts.grades g on g.grade = i.grade
where a.place <= $shown
order by a.question_id, a.place
