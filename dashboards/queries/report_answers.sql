-- The counted answers of these interviews: points, the phrases that earned them, what was denied.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select a.interview_id, a.question_id, if($lang = 'zh', q.text_zh, q.text_en) as question, a.points, a.hits, a.flags,
    list_sort(list_distinct(list_transform(a.evidence, lambda e: e.phrase))) as phrases,
    list_sort(list_distinct(list_transform(a.negated, lambda e: e.phrase))) as negated
from wanted w
join marts.answer_scores a on a.interview_id = w.interview_id
left join marts.questions q on q.question_id = a.question_id
order by a.interview_id, a.question_id
