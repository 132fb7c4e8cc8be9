-- The next grade, what is missing to it, and where the cheapest set of lost criteria would lead.
select next_grade, next_min_score, points_needed, is_reachable, steps_n, composite_with_steps
from marts.next_bands
where interview_id = $interview
