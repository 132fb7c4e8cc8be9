-- A returned row is an edge between neighbouring grades that leaves a gap or overlaps, or an end that is
-- not 0 or 100. Protects the rule that every composite has exactly one grade.
with grades as (
    select
        grade,
        min_score,
        max_score,
        lag(max_score) over (order by min_score) as edge_below,
        lead(min_score) over (order by min_score) as edge_above
    from {{ ref('grade_policy') }}
)

select *
from grades
where
    min_score <> coalesce(edge_below, 0)
    or max_score <> coalesce(edge_above, 100)
    or max_score <= min_score
