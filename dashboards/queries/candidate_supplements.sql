-- The supplementary interviews of one interview: asked for, invited, done, and what they changed.
select s.supplement_id, s.interview_id, s.supplement_interview_id, s.state, s.requests_n, s.requested_by, s.requested_local_date,
    s.invited_local_date, s.completed_local_date, s.first_score, s.supplement_score, s.gain, s.done_days
from marts.supplementary_interviews s
where s.interview_id = $interview or s.supplement_interview_id = $interview
order by s.requested_at nulls last, s.supplement_id
