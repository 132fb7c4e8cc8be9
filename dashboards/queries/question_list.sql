-- The questions of the choice, each in the version that is asked now, with the reasons why somebody should look at it.
-- A question is of the chosen role when it is for that role or for all.
with recent as (
    select *, count(*) over (partition by question_id) as versions_n
    from marts.question_health
    qualify row_number() over (partition by question_id order by version desc) = 1
), chosen as (
    select h.*, q.text_zh, q.text_en, r.name_zh as role_zh, r.name_en as role_en,
        h.n >= {{ var('question_minimum_n') }} as is_measured
    from recent h
    left join marts.questions q on q.question_id = h.question_id
    left join marts.roles r on r.role_id = h.role_id
    where ($role = 'all' or h.role_id is null or h.role_id = $role)
        and ($department = 'all' or h.role_id is null or r.department_id = $department)
        and ($scenario = 'all' or h.scenario is null or h.scenario = $scenario)
), judged as (
    select *, list_filter([
        if(not is_known, 'unknown', null),
        if(is_known and asked_n = 0, 'never_asked', null),
        if(asked_n > 0 and recent_asked_n = 0, 'not_lately', null),
        if(is_measured and difficulty >= {{ var('question_hard') }}, 'hard', null),
        if(is_measured and difficulty <= {{ var('question_easy') }}, 'easy', null),
        if(is_measured and floor_share >= {{ var('question_floor') }}, 'floor', null),
        if(is_measured and ceiling_share >= {{ var('question_ceiling') }}, 'ceiling', null),
        if(is_measured and skip_rate >= {{ var('question_skip_rate') }}, 'skipped', null),
        if(is_measured and repeated_rate >= {{ var('question_repeated_rate') }}, 'repeated', null),
        if(is_measured and short_rate >= {{ var('question_short_rate') }}, 'short', null),
        if(is_measured and duration_vs_expected >= {{ var('question_slow') }}, 'slow', null),
        if(is_measured and duration_vs_expected <= {{ var('question_quick') }}, 'quick', null)
    ], lambda reason: reason is not null) as reasons
    from chosen
), told as (
    select count(*) as questions_n, sum(asked_n) as all_asked, sum(skipped_n) / nullif(sum(asked_n), 0) as all_skip_rate,
        sum(floor_share * n) / nullif(sum(n), 0) as all_floor_share, sum(ceiling_share * n) / nullif(sum(n), 0) as all_ceiling_share,
        count(*) filter (len(reasons) > 0) as noted_n, median(difficulty) filter (is_measured) as middle_difficulty,
        median(skip_rate) filter (is_measured) as middle_skip_rate, median(short_rate) filter (is_measured) as middle_short_rate,
        median(duration_vs_expected) filter (is_measured) as middle_duration
    from judged
), noted as (
    select histogram(reason) as reason_counts from (select unnest(reasons) as reason from judged) r
)
select t.*, o.reason_counts, j.question_id, if($lang = 'zh', j.text_zh, j.text_en) as question, j.text_zh, j.text_en, j.is_known, j.role_id,
    if($lang = 'zh', j.role_zh, j.role_en) as role_name, j.scenario, j.version, j.versions_n, j.version_from, j.first_asked_on,
    j.last_asked_on, j.asked_n, j.recent_asked_n, j.people_n, j.exposure, j.n, j.mean, j.sd, j.p10, j.median, j.p90, j.difficulty,
    j.floor_share, j.ceiling_share, j.skip_rate, j.missing_rate, j.repeated_rate, j.short_rate, j.expected_seconds, j.median_seconds,
    j.duration_vs_expected, j.is_measured, j.reasons, 100 * j.skip_rate as skip_percent, 100 * j.floor_share as floor_percent,
    100 * j.ceiling_share as ceiling_percent, 100 * j.short_rate as short_percent, {{ var('question_minimum_n') }} as minimum_n
from judged j
cross join told t
cross join noted o
order by len(j.reasons) desc, j.difficulty desc nulls last, j.question_id
