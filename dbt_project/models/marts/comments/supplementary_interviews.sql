-- Supplementary interviews from the request to both scores: a row for each, and one for requests that
-- no interview has answered yet. A request is answered by the first supplement that was invited after
-- it.
with results as (
    select * from {{ ref('interview_results') }}
),

supplements as (
    select
        *,
        coalesce(invited_at, started_at, completed_at) as begun_at
    from results
    where supplement_of is not null
),

requests as (
    select
        comment_id,
        interview_id,
        author_id,
        created_at
    from {{ ref('stg_comments') }}
    where kind = 'request_supplement'
),

answered as (
    select
        requests.comment_id,
        supplements.interview_id as supplement_interview_id
    from requests
    inner join supplements
        on requests.interview_id = supplements.supplement_of and requests.created_at <= supplements.begun_at
    qualify row_number() over (
        partition by requests.comment_id
        order by supplements.begun_at asc nulls last, supplements.interview_id asc nulls last
    ) = 1
),

-- Who asks twice for one supplement has waited since the first time.
asked as (
    select
        requests.interview_id,
        answered.supplement_interview_id,
        count(*) as requests_n,
        min_by(
            {{ packed({'comment_id': 'requests.comment_id', 'author_id': 'requests.author_id'}) }},
            {{ packed({'created_at': 'requests.created_at', 'comment_id': 'requests.comment_id'}) }}
        ) as request,
        min(requests.created_at) as requested_at
    from requests
    left join answered on requests.comment_id = answered.comment_id
    group by requests.interview_id, answered.supplement_interview_id
),

cases as (
    select
        supplements.supplement_of as interview_id,
        supplements.interview_id as supplement_interview_id,
        asked.requests_n,
        asked.request,
        asked.requested_at
    from supplements
    left join asked on supplements.interview_id = asked.supplement_interview_id
    union all
    select
        interview_id,
        supplement_interview_id,
        requests_n,
        request,
        requested_at
    from asked
    where supplement_interview_id is null
),

weaknesses as (
    select
        interview_id,
        {{ list_of('competency_id', by=['competency_id']) }} as competency_ids
    from {{ ref('competency_scores') }}
    where gap < 0
    group by interview_id
)

select
    coalesce(cases.supplement_interview_id, cases.request.comment_id) as supplement_id,
    cases.interview_id,
    cases.supplement_interview_id,
    coalesce(firsts.candidate_id, supplements.candidate_id) as candidate_id,
    coalesce(firsts.role_id, supplements.role_id) as role_id,
    coalesce(firsts.department_id, supplements.department_id) as department_id,
    coalesce(firsts.scenario, supplements.scenario) as scenario,
    firsts.quarter_start,
    case
        when supplements.interview_id is null then 'requested'
        when supplements.status = 'scored' then 'done'
        else supplements.status
    end as state,
    case
        when firsts.status = 'insufficient' then 'too_little_data'
        when {{ list_has('firsts.flags', "'interrupted'") }} then 'technical'
        when firsts.recommendation = 'supplement' then 'recommended'
        when cases.request is not null then 'asked_by_department'
        else 'unstated'
    end as reason,
    coalesce(weaknesses.competency_ids, {{ no_elements() }}) as weak_competency_ids,
    cases.request.comment_id as request_comment_id,
    cases.request.author_id as requested_by,
    cases.requested_at,
    {{ local_date('cases.requested_at') }} as requested_local_date,
    cast(coalesce(cases.requests_n, 0) as integer) as requests_n,
    supplements.invited_local_date,
    supplements.completed_local_date,
    {{ stable(seconds_between('cases.requested_at', 'supplements.invited_at') ~ ' / 3600') }} as invite_hours,
    cast(
        {{ days_between(local_date('cases.requested_at'), 'supplements.completed_local_date') }} as integer
    ) as done_days,
    firsts.composite_score as first_score,
    supplements.composite_score as supplement_score,
    {{ stable('supplements.composite_score - firsts.composite_score') }} as gain,
    firsts.grade as first_grade,
    supplements.grade as supplement_grade
from cases
left join results as firsts on cases.interview_id = firsts.interview_id
left join supplements on cases.supplement_interview_id = supplements.interview_id
left join weaknesses on cases.interview_id = weaknesses.interview_id
