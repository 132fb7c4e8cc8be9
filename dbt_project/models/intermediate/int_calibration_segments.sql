-- Pieces of the line through a competency's knots: raw scores in [raw_from, raw_before) start at
-- calibrated_from and rise by slope. Below the first knot and from the last one on the line is flat.
with knots as (
    select
        competency_id,
        raw,
        calibrated,
        lead(raw) over (partition by competency_id order by raw asc nulls last) as next_raw,
        lead(calibrated) over (partition by competency_id order by raw asc nulls last) as next_calibrated
    from {{ ref('score_calibration') }}
),

from_each_knot as (
    select
        competency_id,
        raw as raw_from,
        coalesce(next_raw, 'infinity') as raw_before,
        calibrated as calibrated_from,
        coalesce((next_calibrated - calibrated) / nullif(next_raw - raw, 0), 0) as slope
    from knots
),

below_the_first as (
    select
        competency_id,
        0 as raw_from,
        min(raw) as raw_before,
        min_by(calibrated, raw) as calibrated_from,
        0 as slope
    from knots
    group by competency_id
)

select
    competency_id,
    raw_from,
    raw_before,
    calibrated_from,
    slope
from from_each_knot
union all
select
    competency_id,
    raw_from,
    raw_before,
    calibrated_from,
    slope
from below_the_first
