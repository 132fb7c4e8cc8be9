-- The answers of one interview with the places of the phrases that earned points: what a comment may quote.
select row_number() over (order by a.question_id) as place, a.question_id, if($lang = 'zh', q.text_zh, q.text_en) as question,
    a.text_chars, a.evidence
from marts.answer_scores a
left join marts.questions q on q.question_id = a.question_id
where a.interview_id = $interview
order by place
