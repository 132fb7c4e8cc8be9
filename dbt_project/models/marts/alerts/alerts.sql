-- What crosses a limit of the seed alert_rules: each rule over each thing that it is about. A value that
-- rests on too few people is said to, and never fires.
with rules as (
    select * from {{ ref('alert_rules') }}
),

batches as (
    select
        *,
        {{ days_between('last_invited_on', 'max(last_invited_on) over ()') }} as days_ago
    from {{ ref('batch_progress') }}
    where channel = 'all' and batch_id <> 'none'
),

batch_measures as (
    select
        'participation_low' as rule_key,
        'invited' as rests_on,
        invited_n as n,
        participation as measured,
        *
    from batches
    union all
    select
        'anomalies_many' as rule_key,
        'completed' as rests_on,
        completed_n as n,
        anomalies_n * 1.0 / nullif(completed_n, 0) as measured,
        *
    from batches
    union all
    select
        'notice_late' as rule_key,
        'notified' as rests_on,
        notified_n as n,
        notify_late_n * 1.0 / nullif(notified_n, 0) as measured,
        *
    from batches
),

trends as (
    select * from {{ ref('quarterly_trends') }}
    where scenario = 'all'
    qualify quarter_start = max(quarter_start) over ()
),

purges as (
    select
        field_class,
        min(purge_due) filter (where state = 'overdue') as first_due,
        count(*) filter (where state = 'overdue') as overdue_n,
        count(*) as records_n
    from {{ ref('privacy_ledger') }}
    where obligation = 'retention'
    group by field_class
),

measured as (
    select
        rule_key,
        'batch' as subject_kind,
        batch_id as subject_id,
        rests_on,
        batch_id,
        channel,
        role_id,
        scenario,
        department_id,
        cast(null as date) as quarter_start,
        measured,
        n,
        true as is_clear,
        last_invited_on as since,
        days_ago
    from batch_measures
    union all
    select
        'mean_drift' as rule_key,
        'role' as subject_kind,
        trends.role_id as subject_id,
        'scored' as rests_on,
        null as batch_id,
        null as channel,
        trends.role_id,
        trends.scenario,
        of_role.department_id,
        trends.quarter_start,
        trends.delta_mean as measured,
        trends.n,
        coalesce(trends.delta_ci_low > 0 or trends.delta_ci_high < 0, false) as is_clear,
        trends.quarter_start as since,
        null as days_ago
    from trends
    left join {{ ref('reference_roles') }} as of_role on trends.role_id = of_role.role_id
    union all
    select
        'source_overdue' as rule_key,
        'source' as subject_kind,
        source as subject_id,
        'files' as rests_on,
        null as batch_id,
        null as channel,
        null as role_id,
        null as scenario,
        null as department_id,
        null as quarter_start,
        days_overdue as measured,
        files as n,
        is_overdue as is_clear,
        due_on + 1 as since,
        null as days_ago
    from {{ ref('source_health') }}
    -- A source that never brought a file is not one that this company has.
    where last_ingested_at is not null
    union all
    select
        'refusal_parity' as rule_key,
        'company' as subject_kind,
        role_id as subject_id,
        'applications' as rests_on,
        null as batch_id,
        null as channel,
        role_id,
        null as scenario,
        null as department_id,
        null as quarter_start,
        difference as measured,
        least(refusers_n, others_n) as n,
        coalesce(ci_high < 0, false) as is_clear,
        null as since,
        null as days_ago
    from {{ ref('refusal_parity') }}
    where role_id = 'all'
    union all
    select
        'purge_overdue' as rule_key,
        'field_class' as subject_kind,
        field_class as subject_id,
        'records' as rests_on,
        null as batch_id,
        null as channel,
        null as role_id,
        null as scenario,
        null as department_id,
        null as quarter_start,
        overdue_n as measured,
        records_n as n,
        true as is_clear,
        first_due + 1 as since,
        null as days_ago
    from purges
),

judged as (
    select
        measured.*,
        rules.threshold,
        rules.comparison,
        rules.minimum_n,
        rules.unit,
        rules.severity,
        rules.audience,
        rules.next_page,
        rules.name_zh,
        rules.name_en,
        rules.sentence_zh,
        rules.sentence_en,
        rules.advice_zh,
        rules.advice_en,
        measured.n < rules.minimum_n or measured.measured is null as is_too_few,
        measured.is_clear and case rules.comparison
            when 'below' then measured.measured < rules.threshold
            when 'above' then measured.measured > rules.threshold
            else abs(measured.measured) > rules.threshold
        end as is_crossed
    from measured
    inner join rules on measured.rule_key = rules.rule_key
    where
        measured.days_ago is null
        or (
            measured.days_ago >= rules.settle_days
            and (rules.within_days = 0 or measured.days_ago <= rules.within_days)
        )
),

stated as (
    select
        *,
        case when is_too_few then 'too_few' when is_crossed then 'firing' else 'ok' end as state
    from judged
)

select
    rule_key,
    subject_kind,
    subject_id,
    -- Rules for HR alone belong to no department: heads see what is theirs to act on.
    case when audience = 'deciders' then department_id end as department_id,
    role_id,
    scenario,
    batch_id,
    channel,
    quarter_start,
    rests_on,
    {{ stable('measured') }} as value, -- noqa: RF04
    threshold,
    comparison,
    unit,
    cast(n as integer) as n,
    minimum_n,
    state,
    severity,
    case when state = 'firing' then since end as since,
    audience,
    next_page,
    name_zh,
    name_en,
    sentence_zh,
    sentence_en,
    advice_zh,
    advice_en
from stated
