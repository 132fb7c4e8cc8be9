-- zh: 最近一个季度，各岗位的平均分和达标率与上一季度相比如何？差异是否超出误差？
-- en: How do the roles' mean score and pass rate compare with the quarter before, and is that beyond chance?
with trends as (
    select * from {{ ref('quarterly_trends') }}
    where scenario = 'all' and role_id <> 'all'
),

latest as (
    select max(quarter_start) as quarter_start
    from trends
)

select
    role_names.name_zh as role_zh,
    role_names.name_en as role_en,
    trends.n,
    round(trends.mean, 1) as mean,
    round(trends.pass_rate, 3) as pass_rate,
    round(trends.delta_mean, 1) as delta_mean,
    case
        when trends.delta_ci_low > 0 then 'higher'
        when trends.delta_ci_high < 0 then 'lower'
        when trends.delta_ci_low is not null then 'within chance'
    end as verdict
from trends
inner join latest on trends.quarter_start = latest.quarter_start
inner join {{ ref('reference_roles') }} as role_names on trends.role_id = role_names.role_id
order by trends.delta_mean desc nulls last, trends.role_id asc nulls last
