with gaps as (
    select * from {{ ref('competency_scores') }}
    where weight is not null and score < requirement {{ only_changed('and') }}
),

scored as (
    select interview_id
    from {{ ref('int_composites') }}
    where is_scored
),

paths as (
    select * from {{ ref('development_paths') }}
),

-- The criterion that cost most says what to learn first; without one (a vendor scored) the competency does.
losses as (
    select
        interview_id,
        competency_id,
        cast(count(*) as integer) as losses_n,
        {{ exact_sum('points_lost') }} as points_lost,
        min_by(
            {{ packed({'advice_zh': 'advice_zh', 'advice_en': 'advice_en', 'course_id': 'course_id'}) }},
            {{ packed({
                'points': '-points_lost', 'question_id': 'question_id', 'criterion_id': 'criterion_id'
            }) }}
        ) as costliest
    from {{ ref('loss_points') }}
    where points_lost > 0 {{ only_changed('and') }}
    group by interview_id, competency_id
),

steps as (
    select distinct
        interview_id,
        competency_id
    from {{ ref('next_band_steps') }}
),

-- A project or mentor of the very role or department comes before one for everybody.
projects as (
    {{ means_for(
        'gaps', 'practice_projects', 'project_id', 'role_id',
        ['name_zh', 'name_en', 'description_zh', 'description_en', 'weeks']
    ) }}
),

mentors as (
    {{ means_for('gaps', 'mentors', 'mentor_id', 'department_id', ['name_zh', 'name_en']) }}
)

select
    gaps.interview_id,
    gaps.competency_id,
    gaps.candidate_id,
    gaps.role_id,
    gaps.department_id,
    gaps.scenario,
    gaps.quarter_start,
    gaps.requirement,
    gaps.score,
    {{ stable('gaps.requirement - gaps.score') }} as gap,
    cast(row_number() over (
        partition by gaps.interview_id
        order by gaps.weight * (gaps.requirement - gaps.score) desc, gaps.competency_id asc nulls last
    ) as integer) as priority,
    coalesce(losses.losses_n, 0) as losses_n,
    {{ stable('coalesce(losses.points_lost, 0)') }} as points_lost,
    coalesce(losses.costliest.advice_zh, paths.tip_zh) as tip_zh,
    coalesce(losses.costliest.advice_en, paths.tip_en) as tip_en,
    courses.course_id,
    courses.name_zh as course_zh,
    courses.name_en as course_en,
    projects.project_id,
    projects.name_zh as project_zh,
    projects.name_en as project_en,
    projects.description_zh as project_description_zh,
    projects.description_en as project_description_en,
    cast(projects.weeks as integer) as project_weeks,
    mentors.mentor_id,
    mentors.name_zh as mentor_zh,
    mentors.name_en as mentor_en,
    steps.interview_id is not null as is_on_way_to_next_band
from gaps
inner join scored on gaps.interview_id = scored.interview_id
left join paths on gaps.competency_id = paths.competency_id
left join losses on gaps.interview_id = losses.interview_id and gaps.competency_id = losses.competency_id
left join {{ ref('courses') }} as courses
    on coalesce(losses.costliest.course_id, paths.course_id) = courses.course_id
left join projects
    on gaps.competency_id = projects.competency_id and gaps.role_id is not distinct from projects.role_id
left join mentors
    on
        gaps.competency_id = mentors.competency_id
        and gaps.department_id is not distinct from mentors.department_id
left join steps
    on gaps.interview_id = steps.interview_id and gaps.competency_id = steps.competency_id
