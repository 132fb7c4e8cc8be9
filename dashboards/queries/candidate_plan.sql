-- What to learn: each competency below the role's requirement with advice, course, project and mentor.
select if($lang = 'zh', c.name_zh, c.name_en) as competency, p.score, p.requirement, p.gap,
    if($lang = 'zh', p.tip_zh, p.tip_en) as tip, if($lang = 'zh', p.course_zh, p.course_en) as course,
    if($lang = 'zh', p.project_zh, p.project_en) as project,
    if($lang = 'zh', p.project_description_zh, p.project_description_en) as project_description,
    p.project_weeks, if($lang = 'zh', p.mentor_zh, p.mentor_en) as mentor
from marts.development_plans p
left join marts.competencies c on c.competency_id = p.competency_id
where p.interview_id = $interview
order by p.priority
