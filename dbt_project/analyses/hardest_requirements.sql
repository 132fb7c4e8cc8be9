-- zh: 每个岗位最难达到的能力要求是哪一项？
-- en: Which requirement of each role do most people miss?
with missed as (
    select
        role_id,
        competency_id,
        count(*) as n,
        avg(case when gap < 0 then 1 else 0 end) as share_below,
        avg(gap) as mean_gap
    from {{ ref('competency_scores') }}
    where gap is not null
    group by role_id, competency_id
),

hardest as (
    select *
    from missed
    qualify row_number() over (
        partition by role_id order by share_below desc, competency_id asc nulls last
    ) = 1
)

select
    role_names.name_zh as role_zh,
    role_names.name_en as role_en,
    competencies.name_zh as competency_zh,
    competencies.name_en as competency_en,
    hardest.n,
    round(hardest.share_below, 3) as share_below,
    round(hardest.mean_gap, 1) as mean_gap
from hardest
inner join {{ ref('reference_roles') }} as role_names on hardest.role_id = role_names.role_id
inner join {{ ref('reference_competencies') }} as competencies
    on hardest.competency_id = competencies.competency_id
order by hardest.share_below desc, hardest.role_id asc nulls last
