-- zh: 哪些等级的报价超出薪酬带，超出多少？
-- en: Which grades' offers lie outside their pay band, and by how much?
with placed as (
    select
        offers.*,
        grades.grade_rank,
        case
            when offers.offer_monthly_salary < grades.pay_min
                then offers.offer_monthly_salary - grades.pay_min
            when offers.offer_monthly_salary > grades.pay_max
                then offers.offer_monthly_salary - grades.pay_max
        end as outside_by
    from {{ ref('offers') }} as offers
    inner join {{ ref('reference_grades') }} as grades on offers.grade = grades.grade
)

select
    grade,
    count(*) as offers_n,
    round({{ metric('mean_offer') }}, 0) as mean_offer,
    count(*) filter (where is_out_of_band) as out_of_band_n,
    round({{ metric('out_of_band_share') }}, 3) as out_of_band_share,
    min(outside_by) as furthest_below,
    max(outside_by) as furthest_above
from placed
group by grade, grade_rank
order by grade_rank asc nulls last
