-- A grade a row: people, offers and how many of these lie outside the band, for the choice.
with people_n as (
    select grade, count(*) as n
    from marts.interview_results
    where status = 'scored' and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by grade
), offered as (
    select grade, count(*) as offers, {{ metric('mean_offer') }} as mean_offer, count(*) filter (is_out_of_band) as offers_out_of_band
    from marts.offers
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    group by grade
)
select g.grade, g.grade_rank, coalesce(p.n, 0) as n, sum(coalesce(p.n, 0)) over () as all_n,
    coalesce(p.n, 0) / nullif(sum(coalesce(p.n, 0)) over (), 0) as share, g.pay_min, g.pay_max, g.currency, coalesce(o.offers, 0) as offers,
    o.mean_offer, coalesce(o.offers_out_of_band, 0) as offers_out_of_band, sum(coalesce(o.offers, 0)) over () as all_offers,
    sum(if(g.pay_min is null, coalesce(o.offers, 0), 0)) over () as offers_without_band,
    sum(coalesce(o.offers_out_of_band, 0)) over () as all_out_of_band
from marts.grades g
left join people_n p on p.grade = g.grade
left join offered o on o.grade = g.grade
order by g.grade_rank
