-- The people interviewed for one opening, best first.
select s.interview_id, s.candidate_id, c.name, s.list_order, s.shortlist_rank, s.composite_score,
    least(round(s.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, s.grade, s.recommendation,
    s.is_above_80, s.is_within_headcount, i.fit_score, round(100 * i.fit_score) as fit_percent, i.completed_local_date as local_date, i.flags
from marts.requisition_shortlists s
left join marts.interview_results i on i.interview_id = s.interview_id
left join people.candidates c on c.candidate_id = s.candidate_id
left join marts.grades g on g.grade = s.grade
where s.requisition_id = $requisition
order by s.list_order
limit $row_limit
