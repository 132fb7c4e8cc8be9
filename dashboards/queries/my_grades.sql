-- The grades, best first, and from which score to which each reaches.
select grade, grade_rank, min_score, max_score from marts.grades order by grade_rank
