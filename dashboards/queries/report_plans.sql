-- What to learn after these interviews: each competency below its requirement with advice, course, project, mentor.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select p.interview_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, p.score, p.requirement, p.gap,
    if($lang = 'zh', p.tip_zh, p.tip_en) as tip, if($lang = 'zh', p.course_zh, p.course_en) as course,
    if($lang = 'zh', p.project_zh, p.project_en) as project, p.project_weeks,
    if($lang = 'zh', p.mentor_zh, p.mentor_en) as mentor
from wanted w
join marts.development_plans p on p.interview_id = w.interview_id
left join marts.competencies c on c.competency_id = p.competency_id
order by p.interview_id, p.priority
