-- What each rule would cost a month, and whom only one of them raises.
with reviews as (
    select * from {{ ref('pay_reviews') }}
),

ruled as (
    select
        department_id,
        review_state = 'reviewed' as is_reviewed,
        'as_written' as rule_name,
        coalesce(is_eligible_as_written, false) as is_eligible,
        coalesce(is_eligible_fair, false) as is_eligible_by_the_other,
        raise_low,
        raise_high
    from reviews
    union all
    select
        department_id,
        review_state = 'reviewed' as is_reviewed,
        'fair' as rule_name,
        coalesce(is_eligible_fair, false) as is_eligible,
        coalesce(is_eligible_as_written, false) as is_eligible_by_the_other,
        raise_low,
        raise_high
    from reviews
),

grouped as (
    select
        case when grouping(department_id) = 1 then 'all' else coalesce(department_id, 'none') end
            as department_id,
        rule_name,
        count(*) filter (where is_reviewed) as reviewed_n,
        count(*) filter (where is_eligible) as eligible_n,
        count(*) filter (where is_eligible and not is_eligible_by_the_other) as by_this_only_n,
        {{ exact_sum('raise_low', where='is_eligible') }} as cost_low,
        {{ exact_sum('raise_high', where='is_eligible') }} as cost_high
    from ruled
    group by grouping sets ((department_id, rule_name), (rule_name))
)

select
    department_id,
    rule_name,
    cast(reviewed_n as integer) as reviewed_n,
    cast(eligible_n as integer) as eligible_n,
    cast(by_this_only_n as integer) as eligible_by_this_only_n,
    {{ stable('coalesce(cost_low, 0)') }} as monthly_cost_low,
    {{ stable('coalesce(cost_high, 0)') }} as monthly_cost_high
from grouped
