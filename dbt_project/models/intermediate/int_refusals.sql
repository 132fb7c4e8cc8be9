-- Who refused to be interviewed by AI, and whether that stands: the last word counts, and of two at one
-- moment the refusal. A refusal is said in the export of candidates or by a request; it ends with its
-- withdrawal.
with said as (
    select
        candidate_id,
        refused_ai_at as said_at,
        true as is_refusal
    from {{ ref('stg_refusals') }}
    union all
    select
        candidate_id,
        requested_at as said_at,
        kind = 'refuse_ai' as is_refusal
    from {{ ref('stg_privacy_requests') }}
    where kind in ('refuse_ai', 'withdraw_refusal') and requested_at is not null
),

people as (
    select
        candidate_id,
        min(said_at) filter (where is_refusal) as first_refused_at,
        max(said_at) filter (where is_refusal) as last_refused_at,
        max(said_at) filter (where not is_refusal) as last_withdrawn_at
    from said
    group by candidate_id
),

-- A refusal that stands began with the first one after the last withdrawal.
standing as (
    select
        said.candidate_id,
        min(said.said_at) as refused_since
    from said
    inner join people on said.candidate_id = people.candidate_id
    where said.is_refusal and (people.last_withdrawn_at is null or said.said_at >= people.last_withdrawn_at)
    group by said.candidate_id
)

select
    people.candidate_id,
    people.first_refused_at,
    people.last_refused_at,
    case
        when people.last_withdrawn_at > people.last_refused_at then people.last_withdrawn_at
    end as withdrawn_at,
    people.last_withdrawn_at is null or people.last_withdrawn_at <= people.last_refused_at as is_in_force,
    standing.refused_since
from people
left join standing on people.candidate_id = standing.candidate_id
where people.first_refused_at is not null
