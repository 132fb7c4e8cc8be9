-- How a question does, by the version of it that was asked: what it scores, how often it is passed
-- over, how many people have seen it. Verdicts need a criterion outside the question and are no part of
-- this.
with asked as (
    select distinct question_id
    from {{ ref('answer_scores') }}
),

questions as (
    select
        question_id,
        role_id,
        scenario,
        expected_seconds,
        true as is_known
    from {{ ref('questions') }}
    union all
    select
        question_id,
        cast(null as string) as role_id,
        cast(null as string) as scenario,
        cast(null as integer) as expected_seconds,
        false as is_known
    from asked
    where question_id not in (select known.question_id from {{ ref('questions') }} as known)
),

changes as (
    select
        question_id,
        version,
        valid_from
    from {{ ref('question_versions') }}
    union all
    -- What was asked before the first change.
    select
        question_id,
        1 as version, -- noqa: RF04
        cast(null as date) as valid_from
    from questions
),

versions as (
    select
        questions.*,
        changes.version,
        changes.valid_from,
        lead(changes.valid_from) over (
            partition by changes.question_id
            order by changes.version asc nulls last
        ) as valid_before
    from questions
    inner join changes on questions.question_id = changes.question_id
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

interviews as (
    select
        interview_id,
        candidate_id,
        role_id,
        completed_local_date
    from {{ ref('int_interviews') }}
    where is_completed
),

answers as (
    select
        versions.question_id,
        versions.version,
        interviews.candidate_id,
        interviews.role_id,
        interviews.completed_local_date,
        interviews.completed_local_date > run_day.today - {{ var('recent_days') }} as is_recent,
        versions.role_id is not null and versions.role_id <> interviews.role_id as is_elsewhere,
        answer_scores.points,
        answer_scores.is_skipped,
        answer_scores.is_missing,
        answer_scores.is_repeated,
        case when not answer_scores.is_skipped then answer_scores.answer_seconds end as answer_seconds,
        {{ list_has('answer_scores.flags', "'short'") }} as is_short
    from {{ ref('answer_scores') }} as answer_scores
    cross join run_day
    inner join interviews on answer_scores.interview_id = interviews.interview_id
    inner join versions
        on
            answer_scores.question_id = versions.question_id
            and (versions.valid_from is null or interviews.completed_local_date >= versions.valid_from)
            and (versions.valid_before is null or interviews.completed_local_date < versions.valid_before)
),

measured as (
    select
        question_id,
        version,
        count(*) as asked_n,
        count(distinct candidate_id) as people_n,
        count(distinct role_id) as roles_n,
        count(*) filter (where is_recent) as recent_asked_n,
        count(*) filter (where is_elsewhere) as elsewhere_n,
        count(points) as n,
        count(*) filter (where is_skipped) as skipped_n,
        count(*) filter (where is_missing) as missing_n,
        count(*) filter (where is_repeated) as repeated_n,
        count(*) filter (where is_short) as short_n,
        count(*) filter (where points = 0) as floor_n,
        count(*) filter (where points = 100) as ceiling_n,
        {{ exact_sum('points') }} / nullif(count(points), 0) as mean,
        stddev_samp(points) as sd,
        {{ quantiles('points', [0.1, 0.5, 0.9]) }} as quantiles,
        percentile_cont(0.5) within group (order by answer_seconds) as median_seconds,
        min(completed_local_date) as first_asked_on,
        max(completed_local_date) as last_asked_on
    from answers
    group by question_id, version
),

-- The completed interviews of the role that the question is for; asked elsewhere, it could be asked
-- there too.
days as (
    select
        role_id,
        completed_local_date,
        count(*) as interviews_n
    from interviews
    group by role_id, completed_local_date
),

open_to as (
    select
        versions.question_id,
        versions.version,
        sum(days.interviews_n) as open_n
    from versions
    inner join days
        on
            (versions.role_id is null or versions.role_id = days.role_id)
            and (versions.valid_from is null or versions.valid_from <= days.completed_local_date)
            and (versions.valid_before is null or versions.valid_before > days.completed_local_date)
    where versions.is_known
    group by versions.question_id, versions.version
)

select
    versions.question_id,
    cast(versions.version as integer) as version, -- noqa: RF04
    versions.is_known,
    versions.role_id,
    versions.scenario,
    versions.valid_from as version_from,
    versions.valid_before as version_before,
    measured.first_asked_on,
    measured.last_asked_on,
    cast(coalesce(measured.asked_n, 0) as integer) as asked_n,
    cast(coalesce(measured.recent_asked_n, 0) as integer) as recent_asked_n,
    cast(coalesce(measured.people_n, 0) as integer) as people_n,
    cast(coalesce(measured.roles_n, 0) as integer) as roles_n,
    cast(open_to.open_n + coalesce(measured.elsewhere_n, 0) as integer) as open_n,
    {{ stable(
        'coalesce(measured.asked_n, 0) / nullif(open_to.open_n + coalesce(measured.elsewhere_n, 0), 0)'
    ) }} as exposure,
    cast(coalesce(measured.n, 0) as integer) as n,
    {{ stable('measured.mean') }} as mean,
    {{ stable('measured.sd') }} as sd,
    {{ stable(element('measured.quantiles', 1)) }} as p10,
    {{ stable(element('measured.quantiles', 2)) }} as median,
    {{ stable(element('measured.quantiles', 3)) }} as p90,
    {{ stable('1 - measured.mean / 100') }} as difficulty,
    {{ stable('measured.floor_n / nullif(measured.n, 0)') }} as floor_share,
    {{ stable('measured.ceiling_n / nullif(measured.n, 0)') }} as ceiling_share,
    cast(coalesce(measured.skipped_n, 0) as integer) as skipped_n,
    {{ stable('measured.skipped_n / nullif(measured.asked_n, 0)') }} as skip_rate,
    {{ stable('measured.missing_n / nullif(measured.asked_n, 0)') }} as missing_rate,
    {{ stable('measured.repeated_n / nullif(measured.asked_n, 0)') }} as repeated_rate,
    {{ stable('measured.short_n / nullif(measured.asked_n, 0)') }} as short_rate,
    cast(versions.expected_seconds as integer) as expected_seconds,
    {{ stable('measured.median_seconds') }} as median_seconds,
    {{ stable('measured.median_seconds / nullif(versions.expected_seconds, 0)') }} as duration_vs_expected
from versions
left join measured
    on versions.question_id = measured.question_id and versions.version = measured.version
left join open_to on versions.question_id = open_to.question_id and versions.version = open_to.version
