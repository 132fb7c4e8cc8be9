-- Seeds, latest rows and scores: what a person would write who has one evening and DuckDB.
-- Variables: raw, scores, seeds (folders), run (a file).
create table roles as from read_csv(getvariable('seeds') || '/roles.csv');
create table criteria as from read_csv(getvariable('seeds') || '/criteria.csv');
create table grades as
select *, max_score = max(max_score) over () as is_best, row_number() over (order by min_score desc) as grade_rank
from read_csv(getvariable('seeds') || '/grade_policy.csv');
create table recommendations as from read_csv(getvariable('seeds') || '/recommendation_policy.csv');
create table pay as
select *, lead(valid_from) over (partition by grade order by valid_from) as valid_before
from read_csv(getvariable('seeds') || '/pay_policy.csv');
create table weights as
with sets as (
    select role_id, valid_from, lead(valid_from) over (partition by role_id order by valid_from) as valid_before
    from (select distinct role_id, valid_from from read_csv(getvariable('seeds') || '/role_weights.csv'))
)
select weights.*, sets.valid_before
from read_csv(getvariable('seeds') || '/role_weights.csv') as weights
inner join sets using (role_id, valid_from);
create table run as from read_parquet(getvariable('run'));

create macro utc(moment) as timezone('UTC', moment);
create macro day_of(moment) as cast(timezone('Asia/Shanghai', timezone('UTC', moment)) as date);

create table refusers as
with people as (
    from read_parquet(getvariable('raw') || '/candidates/*.parquet', union_by_name = true)
    qualify row_number() over (
        partition by candidate_id
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
),
requests as (
    from read_parquet(getvariable('raw') || '/privacy_requests/*.parquet', union_by_name = true)
    qualify row_number() over (
        partition by request_id
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
),
said as (
    select candidate_id, refused_ai_at as said_at, true as refuses
    from people
    where refused_ai_at is not null
    union all
    select candidate_id, requested_at, kind = 'refuse_ai'
    from requests
    where kind in ('refuse_ai', 'withdraw_refusal') and requested_at is not null
),
withdrawn as (
    select candidate_id, max(said_at) as at from said where not refuses group by candidate_id
)
select said.candidate_id, min(said.said_at) as since
from said
left join withdrawn using (candidate_id)
where said.refuses and (withdrawn.at is null or said.said_at >= withdrawn.at)
group by said.candidate_id;

create table interviews as
with latest as (
    select said.* replace (
        case
            when refusers.candidate_id is null or said.status in ('abandoned', 'expired') then said.status
            when said.status = 'completed' and said.completed_at < refusers.since then said.status
            else 'declined'
        end as status
    )
    from read_parquet(getvariable('raw') || '/interviews/*.parquet', union_by_name = true) as said
    left join refusers using (candidate_id)
    qualify row_number() over (
        partition by interview_id
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
)
select
    latest.interview_id, latest.candidate_id, latest.role_id,
    coalesce(latest.department_id, roles.department_id) as department_id,
    coalesce(latest.scenario, 'external') as scenario,
    latest.batch_id, latest.requisition_id, latest.question_bank_id, latest.channel, latest.modality,
    latest.status, latest.interruptions, latest.device_ok, latest.mock_done, latest.supplement_of,
    utc(latest.invited_at) as invited_at, utc(latest.accepted_at) as accepted_at,
    utc(latest.started_at) as started_at, utc(latest.completed_at) as completed_at,
    latest.status = 'completed' as is_completed,
    case when latest.status = 'completed' then day_of(utc(latest.completed_at)) end as completed_on,
    cast(date_trunc('quarter', completed_on) as date) as quarter_start,
    coalesce(roles.score_source, 'rubric') as score_source,
    row_number() over (
        partition by latest.candidate_id, latest.role_id, coalesce(latest.scenario, 'external')
        order by
            coalesce(latest.completed_at, latest.started_at, latest.accepted_at, latest.invited_at) nulls last,
            latest.interview_id
    ) as attempt
from latest
left join roles on latest.role_id = roles.role_id;

create table answers as
with scored as (
    from read_parquet(getvariable('scores') || '/*.parquet', union_by_name = true)
),
counted as (
    select scored.interview_id, scored.question_id, scored._file_id, scored._row_number
    from scored
    semi join interviews on scored.interview_id = interviews.interview_id and interviews.is_completed
    qualify row_number() over (
        partition by scored.interview_id, scored.question_id
        order by
            scored.attempt desc, coalesce(scored._exported_at, scored._arrived_at) desc,
            scored._arrival_seq desc, scored._row_number desc
    ) = 1
),
whole as (
    select scored.*
    from scored
    inner join counted using (_file_id, _row_number)
)
select
    *,
    coalesce(text_fingerprint is not null and row_number() over (
        partition by interview_id, text_fingerprint order by question_id
    ) > 1, false) as is_repeated
from whole;

create table judged as
with each as (
    select interview_id, question_id, attempt, is_repeated, unnest(criteria) as judgement
    from answers
)
select
    each.interview_id, each.question_id, each.attempt, criteria.criterion_id, criteria.competency_id,
    criteria.kind, criteria.weight, case when each.is_repeated then 0 else each.judgement.hits end as hits,
    case
        when not each.is_repeated then each.judgement.h
        when criteria.kind <> 'pace' then 0
    end as h
from each
inner join criteria on each.judgement.criterion_id = criteria.criterion_id;

create table competencies as
with rubric as (
    select
        interview_id, competency_id, sum(weight) as criteria_weight, count(*) as criteria_n,
        100 * sum(weight * h) / nullif(sum(weight), 0) as raw_score
    from judged
    where h is not null
    group by interview_id, competency_id
),
vendor as (
    select interview_id, competency_id, avg(score) as vendor_score
    from (
        from read_parquet(getvariable('raw') || '/vendor_scores/*.parquet', union_by_name = true)
        qualify row_number() over (
            partition by interview_id, competency_id, vendor
            order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
        ) = 1
    )
    group by interview_id, competency_id
),
weighted as (
    select interviews.interview_id, weights.competency_id, weights.weight, weights.requirement
    from interviews
    inner join weights
        on interviews.role_id = weights.role_id
        and interviews.completed_on >= weights.valid_from
        and interviews.completed_on < coalesce(weights.valid_before, date '9999-12-31')
),
together as (
    select *
    from weighted
    full join rubric using (interview_id, competency_id)
    full join vendor using (interview_id, competency_id)
)
select
    together.* exclude (criteria_n),
    coalesce(together.criteria_n, 0) as criteria_n,
    case
        when raw_score is null and vendor_score is null then null
        when vendor_score is null then 'rubric'
        when raw_score is null then 'vendor'
        else interviews.score_source
    end as basis,
    round(case basis
        when 'rubric' then raw_score
        when 'vendor' then vendor_score
        when 'mean' then (raw_score + vendor_score) / 2
    end, 9) as score
from together
inner join interviews on together.interview_id = interviews.interview_id and interviews.is_completed
where together.weight is not null or raw_score is not null or vendor_score is not null;

create table composites as
with weighed as (
    select
        interview_id,
        sum(weight) filter (where score is not null) as present_weight,
        round(coalesce(present_weight, 0) / sum(weight), 9) as coverage,
        sum(weight * score) / present_weight as exact_score,
        case when min(basis) = max(basis) then min(basis) when min(basis) is not null then 'mixed' end as basis,
        count(*) filter (where score is not null and requirement is not null) as requirements_n,
        count(*) filter (where score >= requirement) as requirements_met
    from competencies
    where weight is not null
    group by interview_id
),
rounded as (
    select
        *, coverage >= 0.6 as is_scored,
        case when coverage >= 0.6 then cast(round(cast(exact_score as decimal(18, 9)), 2) as double) end
            as composite_score
    from weighed
)
select rounded.*, grades.grade
from rounded
left join grades
    on composite_score >= grades.min_score and (composite_score < grades.max_score or grades.is_best);
