-- Offers made after these interviews.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select o.interview_id, o.offered_local_date, o.offer_monthly_salary, o.is_out_of_band
from wanted w
join marts.offers o on o.interview_id = w.interview_id
order by o.interview_id, o.offered_local_date
