-- Promotion and training interviews of the choice in one row: who can be judged by the rule and meets it, days from request to decision,
-- banks, passes. A figure of fewer people than $fewest is null.
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter
    from marts.internal_reviews
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), found as (
    select * from chosen where $quarter = 'all' or cast(quarter as varchar) = $quarter
), counted as (
    select count(*) filter (scenario = 'promotion') as promotion_n, count(*) filter (scenario = 'training') as training_n,
        {{ metric_n('promotion_eligibility') }} as judged_n, {{ metric_hits('promotion_eligibility') }} as eligible_n,
        count(distinct candidate_id) filter (is_eligible is not null) as judged_people,
        count(*) filter (scenario = 'promotion' and interview_score is not null and performance_score is null) as unreviewed_n,
        count(distinct candidate_id) filter (scenario = 'promotion' and interview_score is not null and performance_score is null)
            as unreviewed_people,
        count(cycle_days) as cycle_n, count(distinct candidate_id) filter (cycle_days is not null) as cycle_people,
        median(cycle_days) as cycle_median, quantile_cont(cycle_days, 0.9) as cycle_p90, avg(cycle_days) as cycle_mean,
        count(is_bank_matched) as banks_n, count(*) filter (is_bank_matched) as matched_n,
        count(distinct candidate_id) filter (is_bank_matched is not null) as bank_people,
        {{ metric_n('training_pass_rate') }} as assessed_n, {{ metric_hits('training_pass_rate') }} as passed_n,
        count(distinct candidate_id) filter (is_passed is not null) as assessed_people
    from found
), bounded as (
    select *, {{ wilson('eligible_n', 'judged_n', '-') }} as eligible_low, {{ wilson('eligible_n', 'judged_n', '+') }} as eligible_high,
        {{ wilson('passed_n', 'assessed_n', '-') }} as passed_low, {{ wilson('passed_n', 'assessed_n', '+') }} as passed_high
    from counted
)
select promotion_n, training_n, {{ var('promotion_interview_mark') }} as interview_mark,
    {{ var('promotion_performance_mark') }} as performance_mark, {{ var('pass_mark') }} as pass_mark,
    judged_n > 0 and judged_people < $fewest as is_judged_small, cycle_n > 0 and cycle_people < $fewest as is_cycle_small,
    assessed_n > 0 and assessed_people < $fewest as is_assessed_small, banks_n > 0 and bank_people < $fewest as is_bank_small,
    unreviewed_n > 0 and unreviewed_people < $fewest as is_unreviewed_small,
    if(judged_people < $fewest, null, judged_n) as judged_n, if(judged_people < $fewest, null, eligible_n) as eligible_n,
    if(judged_people < $fewest, null, eligible_n / nullif(judged_n, 0)) as eligible_share,
    if(judged_people < greatest($fewest, 1), null, eligible_low) as eligible_low,
    if(judged_people < greatest($fewest, 1), null, eligible_high) as eligible_high,
    if(unreviewed_n > 0 and unreviewed_people < $fewest, null, unreviewed_n) as unreviewed_n,
    if(cycle_people < $fewest, null, cycle_n) as cycle_n, if(cycle_people < $fewest, null, cycle_median) as cycle_median,
    if(cycle_people < $fewest, null, cycle_p90) as cycle_p90, if(cycle_people < $fewest, null, cycle_mean) as cycle_mean,
    if(bank_people < $fewest, null, banks_n) as banks_n, if(bank_people < $fewest, null, matched_n) as matched_n,
    if(bank_people < $fewest, null, matched_n / nullif(banks_n, 0)) as matched_share,
    if(assessed_people < $fewest, null, assessed_n) as assessed_n, if(assessed_people < $fewest, null, passed_n) as passed_n,
    if(assessed_people < $fewest, null, passed_n / nullif(assessed_n, 0)) as passed_share,
    if(assessed_people < greatest($fewest, 1), null, passed_low) as passed_low,
    if(assessed_people < greatest($fewest, 1), null, passed_high) as passed_high
from bounded
