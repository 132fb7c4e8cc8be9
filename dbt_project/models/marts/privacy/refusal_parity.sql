-- Whether refusing the interview by AI costs anything: how many applications of refusers got to a
-- second round or further, against those of people who completed it. Undecided applications and those
-- that were withdrawn before any further round are left out.
with applications as (
    select
        *,
        round2_score is not null
        or background_check is not null
        or offered_at is not null
        or coalesce(outcome = 'hired', false) as has_advanced
    from {{ ref('stg_applications') }}
),

refusals as (
    select * from {{ ref('int_refusals') }}
),

completed as (
    select distinct applied.application_id
    from {{ ref('int_interviews_applied') }} as applied
    inner join {{ ref('int_interviews') }} as interviews on applied.interview_id = interviews.interview_id
    where applied.application_id is not null and interviews.is_completed
),

grouped as (
    select
        applications.role_id,
        applications.has_advanced,
        completed.application_id is null as is_refuser
    from applications
    left join completed on applications.application_id = completed.application_id
    left join refusals on applications.candidate_id = refusals.candidate_id
    where
        (completed.application_id is not null or refusals.candidate_id is not null)
        and (
            applications.has_advanced
            or (coalesce(applications.outcome, 'open') not in ('open', 'withdrawn'))
        )
),

counted as (
    select
        {{ or_all('role_id') }} as role_id,
        count(*) filter (where is_refuser) as refusers_n,
        count(*) filter (where is_refuser and has_advanced) as refusers_advanced_n,
        count(*) filter (where not is_refuser) as others_n,
        count(*) filter (where not is_refuser and has_advanced) as others_advanced_n
    from grouped
    group by grouping sets ((role_id), ())
),

rated as (
    select
        *,
        refusers_advanced_n * 1.0 / nullif(refusers_n, 0) as refusers_rate,
        others_advanced_n * 1.0 / nullif(others_n, 0) as others_rate,
        case when refusers_n > 0 then {{ wilson('refusers_advanced_n', 'refusers_n', '-') }} end
            as refusers_low,
        case when refusers_n > 0 then {{ wilson('refusers_advanced_n', 'refusers_n', '+') }} end
            as refusers_high,
        case when others_n > 0 then {{ wilson('others_advanced_n', 'others_n', '-') }} end as others_low,
        case when others_n > 0 then {{ wilson('others_advanced_n', 'others_n', '+') }} end as others_high
    from counted
)

select
    role_id,
    cast(refusers_n as integer) as refusers_n,
    cast(refusers_advanced_n as integer) as refusers_advanced_n,
    cast(others_n as integer) as others_n,
    cast(others_advanced_n as integer) as others_advanced_n,
    {{ stable('refusers_rate') }} as refusers_rate,
    {{ stable('others_rate') }} as others_rate,
    {{ stable('refusers_rate - others_rate') }} as difference,
    -- The square-and-add interval of a difference of shares; Newcombe, Statistics in Medicine 17 (1998)
    -- 873, method 10.
    {{ stable(
        'refusers_rate - others_rate'
        ~ ' - sqrt(power(refusers_rate - refusers_low, 2) + power(others_high - others_rate, 2))'
    ) }} as ci_low,
    {{ stable(
        'refusers_rate - others_rate'
        ~ ' + sqrt(power(refusers_high - refusers_rate, 2) + power(others_rate - others_low, 2))'
    ) }} as ci_high
from rated
