-- Offers made after this interview.
select application_id, offered_local_date, offer_monthly_salary, is_out_of_band
from marts.offers
where interview_id = $interview
order by offered_local_date
