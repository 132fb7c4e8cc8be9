-- One row an answer, a missed criterion, a competency, an interview.
create table answer_scores as
with points as (
    select
        interview_id, question_id,
        100 * sum(weight * h) / nullif(sum(weight) filter (where h is not null), 0) as points,
        avg(h) filter (where kind = 'structure') as structure, avg(h) filter (where kind = 'pace') as pace,
        sum(hits) filter (where kind = 'phrases') as hits
    from judged
    group by interview_id, question_id
),
durations as (
    select question_id, median(answer_seconds) as seconds
    from answers where not is_skipped group by question_id
)
select
    answers.interview_id, answers.question_id, answers.attempt, interviews.candidate_id, interviews.role_id,
    interviews.department_id, interviews.scenario, interviews.quarter_start, answers.lang, points.points,
    points.structure, points.pace, answers.units_per_minute, answers.text_chars, answers.answer_seconds,
    answers.pause_seconds, answers.answer_seconds / nullif(durations.seconds, 0) as duration_vs_median,
    answers.is_skipped, answers.is_repeated, answers.is_missing, answers.is_known_question, points.hits,
    list_concat(
        list_filter([
            case when not answers.is_skipped and round(duration_vs_median, 9) < 0.7 then 'short' end,
            case when answers.is_skipped then 'skipped' end,
            case when answers.is_repeated then 'repeated' end,
            case when answers.is_missing then 'missing' end,
            case when not answers.is_known_question then 'unknown_question' end
        ], lambda flag: flag is not null),
        coalesce(signals.flags, [])
    ) as flags,
    answers.evidence, answers.negated
from answers
inner join interviews using (interview_id)
left join points using (interview_id, question_id)
left join durations using (question_id)
left join signals using (interview_id, question_id);

create table loss_points as
select
    judged.interview_id, judged.question_id, judged.criterion_id, judged.attempt, interviews.candidate_id,
    interviews.role_id, interviews.department_id, interviews.scenario, interviews.quarter_start,
    judged.competency_id, judged.h, judged.weight as criterion_weight,
    competencies.weight / composites.present_weight * 100 * judged.weight * (1 - judged.h)
    / competencies.criteria_weight as points_lost,
    criteria.loss_zh, criteria.loss_en, criteria.advice_zh, criteria.advice_en, criteria.course_id
from judged
inner join competencies using (interview_id, competency_id)
inner join composites on judged.interview_id = composites.interview_id and composites.is_scored
inner join interviews on judged.interview_id = interviews.interview_id
inner join criteria on judged.criterion_id = criteria.criterion_id
where judged.h < 1 and competencies.weight is not null and competencies.basis in ('rubric', 'mean');

create table competency_scores as
with placed as (
    select
        competencies.*, interviews.candidate_id, interviews.role_id, interviews.department_id,
        interviews.scenario, interviews.quarter_start,
        case
            when competencies.score is not null then competencies.weight / composites.present_weight
        end as weight_share,
        composites.is_scored and competencies.score is not null as is_ranked
    from competencies
    inner join interviews using (interview_id)
    inner join composites using (interview_id)
)
select
    interview_id, competency_id, candidate_id, role_id, department_id, scenario, quarter_start, raw_score,
    vendor_score, score, basis, weight, weight_share, requirement, score - requirement as gap, criteria_n,
    count(*) filter (where is_ranked) over cohort as cohort_n,
    avg(score) filter (where is_ranked) over cohort as cohort_mean,
    case
        when is_ranked then percent_rank() over (
            partition by role_id, scenario, quarter_start, competency_id, is_ranked order by score
        )
    end as pct_rank
from placed
window cohort as (partition by role_id, scenario, quarter_start, competency_id);

create table interview_results as
with flagged as (
    select
        interview_id, count(*) as answers_n,
        count(*) filter (where not is_known_question) as unknown_answers_n,
        bool_or(list_contains(flags, 'short')) as has_short, bool_or(is_skipped) as has_skipped,
        bool_or(is_repeated) as has_repeated, bool_or(list_contains(flags, 'stuffing')) as has_stuffing,
        bool_or(list_contains(flags, 'similar')) as has_similar,
        bool_or(list_contains(flags, 'fast')) as has_fast, bool_or(list_contains(flags, 'slow')) as has_slow,
        bool_or(list_contains(flags, 'long_pauses')) as has_long_pauses
    from answer_scores
    group by interview_id
),
ranked as (
    select
        composites.interview_id, percent_rank() over (cohort order by composite_score) as pct_rank,
        rank() over (cohort order by composite_score desc) as cohort_rank, count(*) over cohort as cohort_n
    from composites
    inner join interviews using (interview_id)
    where composites.is_scored
    window cohort as (partition by role_id, scenario, quarter_start)
),
assessed as (
    select candidate_id, arg_max(score, (assessed_at, score)) as assessment_score
    from (
        from read_parquet(getvariable('raw') || '/assessments/*.parquet', union_by_name = true)
        qualify row_number() over (
            partition by candidate_id, assessed_at
            order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
        ) = 1
    )
    group by candidate_id
)
select
    interviews.* exclude (
        is_completed, completed_on, score_source, status, device_ok, mock_done, accepted_at
    ),
    interviews.status as session_status,
    case
        when composites.is_scored then 'scored' when interviews.is_completed then 'insufficient'
        when interviews.status = 'declined' then 'declined'
        when interviews.status in ('abandoned', 'expired') then 'abandoned' else 'pending'
    end as status,
    day_of(invited_at) as invited_local_date, interviews.completed_on as completed_local_date,
    composites.composite_score, case when composites.is_scored then composites.grade end as grade,
    composites.coverage, composites.basis, ranked.* exclude (interview_id),
    ranked.cohort_rank - 1 < ceil(ranked.cohort_n / 10) as is_top10,
    case
        when requirements_met < requirements_n
            then coalesce(recommendation_below_requirement, recommendation) else recommendation
    end as recommendation,
    case
        when requirements_met < requirements_n
            then coalesce(next_stage_below_requirement, next_stage) else next_stage
    end as next_stage,
    assessed.assessment_score, (composites.composite_score + assessment_score) / 2 as combined_score,
    case when composites.is_scored then requirements_met / nullif(requirements_n, 0) end as fit_score,
    pay.pay_min, pay.pay_max, pay.currency as pay_currency,
    list_filter([
        case when interruptions >= 3 then 'interrupted' end, case when has_short then 'short_answers' end,
        case when has_skipped then 'skipped_answers' end,
        case when has_repeated then 'repeated_answers' end,
        case when has_stuffing then 'stuffing_suspected' end,
        case when has_similar then 'similar_answers' end, case when has_fast then 'fast_speech' end,
        case when has_slow then 'slow_speech' end, case when has_long_pauses then 'long_pauses' end,
        case when unknown_answers_n > 0 then 'unknown_questions' end,
        case when interviews.is_completed and not composites.is_scored then 'low_coverage' end
    ], lambda flag: flag is not null) as flags,
    coalesce(answers_n, 0) as answers_n, coalesce(unknown_answers_n, 0) as unknown_answers_n,
    run.run_id
from interviews
cross join run
left join composites using (interview_id)
left join ranked using (interview_id)
left join flagged using (interview_id)
left join assessed using (candidate_id)
left join recommendations on composites.is_scored and composites.grade = recommendations.grade
left join pay
    on composites.is_scored and composites.grade = pay.grade and interviews.completed_on >= pay.valid_from
    and interviews.completed_on < coalesce(pay.valid_before, date '9999-12-31');
