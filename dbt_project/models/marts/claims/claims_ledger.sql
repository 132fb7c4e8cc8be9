with claims as (
    select * from {{ ref('claims') }}
),

observed as (
    select * from {{ ref('claims_observed') }}
),

joined as (
    select
        claims.claim_id,
        claims.article,
        claims.claim_zh,
        claims.claim_en,
        claims.claimed,
        claims.unit,
        claims.comparison,
        claims.is_measurable,
        {{ stable('observed.observed') }} as observed,
        coalesce(observed.n, 0) as n,
        -- Without an interval the figure stands for itself.
        {{ stable('coalesce(observed.ci_low, observed.observed)') }} as lowest,
        {{ stable('coalesce(observed.ci_high, observed.observed)') }} as highest,
        {{ stable('observed.ci_low') }} as ci_low,
        {{ stable('observed.ci_high') }} as ci_high,
        claims.why_not_zh,
        claims.why_not_en,
        claims.is_measurable
        and observed.observed is not null
        and observed.n >= {{ var('claim_minimum_n') }} as is_answered
    from claims
    left join observed on claims.claim_id = observed.claim_id
)

select
    claim_id,
    article,
    claim_zh,
    claim_en,
    claimed,
    unit,
    comparison,
    observed,
    cast(n as integer) as n,
    ci_low,
    ci_high,
    case
        when not is_answered then 'not_measurable'
        when comparison = 'at_least' and highest < claimed then 'contradicted'
        when comparison = 'at_most' and lowest > claimed then 'contradicted'
        when comparison = 'equals' and claimed not between lowest and highest then 'contradicted'
        else 'supported'
    end as verdict,
    case
        when is_answered then null
        when is_measurable then '数据太少（少于 {{ var("claim_minimum_n") }}）'
        else why_not_zh
    end as reason_zh,
    case
        when is_answered then null
        when is_measurable then 'Too few data (under {{ var("claim_minimum_n") }})'
        else why_not_en
    end as reason_en
from joined
