-- A returned row is a cohort of which fewer than a tenth (rounded up) is marked as top 10 %, or in which
-- somebody marked scored below somebody who is not. Protects the short list.
with cohorts as (
    select
        role_id,
        scenario,
        quarter_start,
        count(*) as n,
        count(*) filter (where is_top10) as top_n,
        min(composite_score) filter (where is_top10) as lowest_in,
        max(composite_score) filter (where not is_top10) as highest_out
    from {{ ref('interview_results') }}
    where status = 'scored'
    group by role_id, scenario, quarter_start
)

select *
from cohorts
where top_n < ceil(n / 10) or lowest_in <= highest_out
