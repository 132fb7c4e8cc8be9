-- Every counted answer: points, the elements of the rubric and how many were met in full, time against the question's median, the phrases that earned points, signals.
select row_number() over (order by a.question_id) as place, a.question_id, if($lang = 'zh', q.text_zh, q.text_en) as question, a.points,
    a.structure, a.answer_seconds, a.duration_vs_median, a.hits, a.flags, a.is_known_question, a.units_per_minute, a.lang,
    a.elements, a.evidence, len(a.elements) as elements_n, len(list_filter(a.elements, lambda e: e.is_met)) as met_n,
    list_distinct(list_transform(a.evidence, lambda e: e.phrase)) as phrases,
    list_distinct(list_transform(a.negated, lambda e: e.phrase)) as negated
from marts.answer_scores a
left join marts.questions q on q.question_id = a.question_id
where a.interview_id = $interview
order by place
