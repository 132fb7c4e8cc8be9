-- The grades with their pay bands in force and what lies between a band and the one below it.
with ordered as (
    select grade, grade_rank, min_score, max_score, pay_min, pay_mid, pay_max, currency,
        lag(grade) over (order by pay_min nulls last) as below, lag(pay_max) over (order by pay_min nulls last) as below_max
    from marts.grades
)
select grade, grade_rank, min_score, max_score, pay_min, pay_mid, pay_max, currency, below, below_max,
    pay_min > below_max as has_gap, pay_min < below_max as has_overlap, pay_min is null as has_no_band
from ordered
order by grade_rank
