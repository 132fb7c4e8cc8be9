-- Who answered for an opening, best first: the latest scored interview of each person for the requisition.
with requisitions as (
    select * from {{ ref('stg_requisitions') }}
),

interviews as (
    select *
    from {{ ref('interview_results') }}
    where status = 'scored' and requisition_id is not null
    qualify row_number() over (
        partition by requisition_id, candidate_id order by completed_at desc, interview_id desc
    ) = 1
),

completed as (
    select
        requisition_id,
        cast(count(distinct candidate_id) as integer) as completed_n
    from {{ ref('int_interviews') }}
    where is_completed and requisition_id is not null
    group by requisition_id
),

supply as (
    select
        requisition_id,
        cast(count(*) filter (where composite_score >= {{ var('high_mark') }}) as integer) as high_n
    from interviews
    group by requisition_id
),

ranked as (
    select
        *,
        rank() over (partition by requisition_id order by composite_score desc) as place,
        row_number() over (
            partition by requisition_id
            order by composite_score desc, completed_at asc nulls last, interview_id asc nulls last
        ) as list_order
    from interviews
)

select
    requisitions.requisition_id,
    ranked.candidate_id,
    ranked.interview_id,
    requisitions.role_id,
    requisitions.department_id,
    ranked.scenario,
    ranked.quarter_start,
    requisitions.status as requisition_status,
    requisitions.opened_on,
    requisitions.closed_on,
    cast(requisitions.headcount as integer) as needed_n,
    completed.completed_n,
    supply.high_n,
    {{ stable('supply.high_n / nullif(requisitions.headcount, 0)') }} as supply_ratio,
    cast(ranked.place as integer) as shortlist_rank,
    cast(ranked.list_order as integer) as list_order,
    ranked.composite_score,
    ranked.grade,
    ranked.composite_score >= {{ var('high_mark') }} as is_above_80,
    ranked.list_order <= requisitions.headcount as is_within_headcount,
    ranked.recommendation
from ranked
inner join requisitions on ranked.requisition_id = requisitions.requisition_id
left join completed on requisitions.requisition_id = completed.requisition_id
left join supply on requisitions.requisition_id = supply.requisition_id
