-- Competencies of completed interviews: those that the role weights on the day, and those that have a
-- score anyway. Scores stay unrounded here; whoever compares or shows one takes it as stable().
with interviews as (
    select * from {{ ref('int_interviews') }}
    where is_completed {{ only_changed('and') }}
),

weighted as (
    select
        interviews.interview_id,
        weights.competency_id,
        weights.weight,
        weights.requirement
    from interviews
    inner join {{ ref('int_role_weights') }} as weights
        on
            interviews.role_id = weights.role_id
            and interviews.completed_local_date >= weights.valid_from
            and (weights.valid_before is null or interviews.completed_local_date < weights.valid_before)
),

rubric as (
    select
        interview_id,
        competency_id,
        100 * {{ exact_sum('weight * h') }} / nullif({{ exact_sum('weight') }}, 0) as raw_score,
        {{ exact_sum('weight') }} as criteria_weight,
        count(*) as criteria_n
    from {{ ref('int_criteria_scored') }}
    where h is not null {{ only_changed('and') }}
    group by interview_id, competency_id
),

-- Several vendors may have scored the same competency; none of them is preferred.
vendor as (
    select
        scores.interview_id,
        scores.competency_id,
        {{ exact_sum('scores.score') }} / nullif(count(*), 0) as vendor_score
    from {{ ref('stg_vendor_scores') }} as scores
    {{ only_changed('where', 'scores.interview_id') }}
    group by scores.interview_id, scores.competency_id
),

present as (
    select
        coalesce(weighted.interview_id, rubric.interview_id, vendor.interview_id) as interview_id,
        coalesce(weighted.competency_id, rubric.competency_id, vendor.competency_id) as competency_id,
        weighted.weight,
        weighted.requirement,
        rubric.raw_score,
        rubric.criteria_weight,
        coalesce(rubric.criteria_n, 0) as criteria_n,
        vendor.vendor_score
    from weighted
    full join rubric
        on weighted.interview_id = rubric.interview_id and weighted.competency_id = rubric.competency_id
    full join vendor
        on
            coalesce(weighted.interview_id, rubric.interview_id) = vendor.interview_id
            and coalesce(weighted.competency_id, rubric.competency_id) = vendor.competency_id
),

calibrated as (
    select
        present.*,
        interviews.score_source,
        case
            when segments.competency_id is null then present.raw_score
            else segments.calibrated_from + (present.raw_score - segments.raw_from) * segments.slope
        end as calibrated_score
    from present
    inner join interviews on present.interview_id = interviews.interview_id
    left join {{ ref('int_calibration_segments') }} as segments
        on
            present.competency_id = segments.competency_id
            and present.raw_score >= segments.raw_from
            and present.raw_score < segments.raw_before
),

based as (
    select
        *,
        case
            when calibrated_score is null and vendor_score is null then null
            when vendor_score is null then 'rubric'
            when calibrated_score is null then 'vendor'
            else score_source
        end as basis
    from calibrated
)

select
    interview_id,
    competency_id,
    raw_score,
    calibrated_score,
    vendor_score,
    case basis
        when 'rubric' then calibrated_score
        when 'vendor' then vendor_score
        when 'mean' then (calibrated_score + vendor_score) / 2
    end as score,
    basis,
    weight,
    requirement,
    criteria_n,
    criteria_weight
from based
where weight is not null or basis is not null
