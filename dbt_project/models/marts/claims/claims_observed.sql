-- What our own data say to each claim that they can answer: a figure, its n, and a 95 % interval where it is
-- a sample statistic. The definition stands here, so that nobody has to guess what a figure means.
with scored as (
    select * from {{ ref('interview_results') }}
    where status = 'scored'
),

outcomes as (
    select * from {{ ref('interview_outcomes') }}
),

hired as (
    select * from outcomes
    where employee_link = 'hired' and composite_score is not null
),

surveys as (
    select * from {{ ref('stg_surveys') }}
),

batches as (
    select * from {{ ref('int_interviews') }}
    where status <> 'declined'
),

known_a_year_on as (
    select * from outcomes
    where left_within_12m is not null
),

-- What those who were hired scored in the competencies that claims speak of, and what became of them.
hired_competencies as (
    select
        competencies.competency_id,
        competencies.score,
        hired.performance_3m,
        hired.left_within_12m
    from hired
    inner join
        {{ ref('competency_scores') }} as competencies
        on hired.interview_id = competencies.interview_id
    where competencies.score is not null
),

lift as (
    select
        avg(performance_3m) filter (where score > 80) as high_mean,
        var_samp(performance_3m) filter (where score > 80) as high_variance,
        count(*) filter (where score > 80) as high_n,
        avg(performance_3m) as all_mean
    from hired_competencies
    where competency_id = 'problem_solving' and performance_3m is not null
),

exits as (
    select
        count(*) filter (where score < 70) as low_n,
        count(*) filter (where score < 70 and left_within_12m) as low_left,
        avg(case when left_within_12m then 1.0 else 0.0 end) as all_share
    from hired_competencies
    where competency_id = 'communication' and left_within_12m is not null
),

-- The latest third quarter against the second quarter before it, over all roles and scenarios.
third_quarter as (
    select * from {{ ref('quarterly_trends') }}
    where
        role_id = 'all'
        and scenario = 'all'
        and extract(quarter from quarter_start) = 3
        and delta_mean is not null
    qualify row_number() over (order by quarter_start desc) = 1
),

-- The share of pairs of employees whom interview and performance put in the same order; no ties. Each person
-- is compared with the next hundred in an order that means nothing, so that the work stays linear.
placed as (
    select
        interview_id,
        composite_score,
        performance_12m,
        row_number() over (order by md5(interview_id) asc nulls last, interview_id asc nulls last) as place
    from hired
    where performance_12m is not null
),

ordered_pairs as (
    select
        (one.composite_score > other.composite_score) = (one.performance_12m > other.performance_12m)
            as is_concordant
    from placed as one
    inner join placed as other
        on
            one.place < other.place
            and one.place + 100 >= other.place
            and one.composite_score <> other.composite_score
            and one.performance_12m <> other.performance_12m
),

concordance as (
    select avg(case when is_concordant then 1.0 else 0.0 end) as share
    from ordered_pairs
),

correlations as (
    select
        count(*) as n,
        corr(performance_12m, composite_score) as r
    from placed
),

-- Fisher's interval of the correlation; there is none for three people, nor for a perfect one.
correlated as (
    select
        n,
        case when n > 3 and abs(r) < 1 then atanh(r) - 1.96 / nullif(sqrt(greatest(n - 3, 1)), 0) end
            as z_low,
        case when n > 3 and abs(r) < 1 then atanh(r) + 1.96 / nullif(sqrt(greatest(n - 3, 1)), 0) end
            as z_high
    from correlations
),

openings as (
    select distinct
        requisition_id,
        supply_ratio
    from {{ ref('requisition_shortlists') }}
),

entries as (
    select greatest({{ seconds_between('slot_start', 'started_at') }}, 0) / 60 as minutes
    from {{ ref('stg_interviews') }}
    where slot_start is not null and started_at is not null
),

-- Records that are still there, by their age.
held as (
    select {{ days_between('ledger.began_local_date', local_date('run.started_at')) }} as age
    from {{ ref('privacy_ledger') }} as ledger
    cross join {{ ref('stg_run') }} as run
    where ledger.field_class in ('recordings', 'texts') and ledger.purged_at is null
),

-- People who failed, each counted once however often that was, and whether a later interview of their own,
-- for whichever role, led them into the company. What completes the failed one is no coming back.
failed as (
    select
        lost.candidate_id,
        coalesce(bool_or(outcomes.employee_link = 'hired'), false) as has_joined
    from scored as lost
    left join scored as later
        on
            lost.candidate_id = later.candidate_id
            and lost.completed_at < later.completed_at
            and later.scenario = 'external'
            and coalesce(lost.interview_id <> later.supplement_of, true)
    left join outcomes on later.interview_id = outcomes.interview_id
    where lost.scenario = 'external' and lost.composite_score < {{ var('pass_mark') }}
    group by lost.candidate_id
),

promotions as (
    select * from {{ ref('internal_reviews') }}
    where scenario = 'promotion' and cycle_days is not null
),

observed as (
    {{ observed_mean('mean_score', 'scored', 'composite_score') }}
    union all
    select
        'highest_score' as claim_id,
        max(composite_score) as observed,
        count(*) as n,
        null as ci_low,
        null as ci_high
    from scored
    union all
    {{ observed_share(
        'transparency_satisfaction', 'surveys',
        "count(*) filter (where question = 'clarity' and score >= 4)", "count(*) filter (where question = 'clarity')"
    ) }}
    union all
    select
        'problem_solving_lifts_performance' as claim_id,
        high_mean / nullif(all_mean, 0) - 1 as observed,
        high_n as n,
        (high_mean - 1.96 * sqrt(high_variance / nullif(high_n, 0))) / nullif(all_mean, 0) - 1 as ci_low,
        (high_mean + 1.96 * sqrt(high_variance / nullif(high_n, 0))) / nullif(all_mean, 0) - 1 as ci_high
    from lift
    union all
    -- The interval of a share by Wilson, put in relation to the mean of all.
    select
        'communication_lowers_retention' as claim_id,
        (low_left * 1.0 / nullif(low_n, 0)) / nullif(all_share, 0) - 1 as observed,
        low_n as n,
        case when low_n > 0 then {{ wilson('low_left', 'low_n', '-') }} end / nullif(all_share, 0) - 1
            as ci_low,
        case when low_n > 0 then {{ wilson('low_left', 'low_n', '+') }} end / nullif(all_share, 0) - 1
            as ci_high
    from exits
    union all
    select
        'third_quarter_better' as claim_id,
        delta_mean as observed,
        n,
        delta_ci_low as ci_low,
        delta_ci_high as ci_high
    from third_quarter
    union all
    select
        'performance_correlates' as claim_id,
        concordance.share as observed,
        correlated.n,
        -- Greiner's relation of concordance and correlation (Kruskal, JASA 53 (1958) 823).
        0.5 + asin(tanh(correlated.z_low)) / pi() as ci_low,
        0.5 + asin(tanh(correlated.z_high)) / pi() as ci_high
    from concordance
    cross join correlated
    union all
    {{ observed_share(
        'entry_makes_people_give_up', 'batches', "count(*) filter (where status in ('abandoned', 'expired'))"
    ) }}
    union all
    select
        'minutes_to_enter' as claim_id,
        percentile_cont(0.5) within group (order by minutes) as observed,
        count(*) as n,
        null as ci_low,
        null as ci_high
    from entries
    union all
    select
        'retention_days' as claim_id,
        max(age) as observed,
        count(*) as n,
        null as ci_low,
        null as ci_high
    from held
    union all
    {{ observed_share(
        'confusion_rate', 'surveys',
        "count(*) filter (where question = 'ease' and score <= 2)", "count(*) filter (where question = 'ease')"
    ) }}
    union all
    {{ observed_share(
        'candidate_satisfaction', 'surveys',
        "count(*) filter (where question = 'overall' and score >= 4)", "count(*) filter (where question = 'overall')"
    ) }}
    union all
    {{ observed_mean('promotion_days', 'promotions', 'cycle_days') }}
    union all
    {{ observed_share('share_at_eighty', 'scored', metric_hits('share_80'), metric_n('share_80')) }}
    union all
    {{ observed_share(
        'talent_retention', 'known_a_year_on', metric_hits('retention_12m'), metric_n('retention_12m')
    ) }}
    union all
    {{ observed_mean('supply_for_openings', 'openings', 'supply_ratio') }}
    union all
    {{ observed_share('pass_rate', 'scored', metric_hits('pass_rate'), metric_n('pass_rate')) }}
    union all
    {{ observed_share('came_back_and_joined', 'failed', 'count(*) filter (where has_joined)') }}
)

select
    claim_id,
    {{ stable('observed') }} as observed,
    cast(n as integer) as n,
    {{ stable('ci_low') }} as ci_low,
    {{ stable('ci_high') }} as ci_high
from observed
