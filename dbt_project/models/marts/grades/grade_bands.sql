with scored_interviews as (
    select * from {{ ref('interview_results') }}
    where status = 'scored'
),

grades as (
    select * from {{ ref('int_grades') }}
),

quarter_groups as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        quarter_start,
        count(*) as group_n
    from scored_interviews
    {{ group_with_totals(['quarter_start']) }}
),

graded as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        quarter_start,
        grade,
        count(*) as n
    from scored_interviews
    {{ group_with_totals(['quarter_start', 'grade']) }}
),

offered as (
    select
        {{ or_all('role_id') }} as role_id,
        {{ or_all('scenario') }} as scenario,
        quarter_start,
        grade,
        count(*) as offers,
        {{ metric('mean_offer') }} as mean_offer,
        count(*) filter (where is_out_of_band) as offers_out_of_band
    from {{ ref('offers') }}
    {{ group_with_totals(['quarter_start', 'grade']) }}
),

-- Every grade of a group has a row, also the one that nobody has.
cells as (
    select
        quarter_groups.*,
        grades.grade,
        grades.grade_rank,
        coalesce(graded.n, 0) as n,
        quarter_groups.quarter_start + interval 3 month - interval 1 day as quarter_end
    from quarter_groups
    cross join grades
    left join graded
        on
            quarter_groups.role_id = graded.role_id
            and quarter_groups.scenario = graded.scenario
            and quarter_groups.quarter_start = graded.quarter_start
            and grades.grade = graded.grade
)

select
    cells.role_id,
    cells.scenario,
    cells.quarter_start,
    cells.grade,
    cells.grade_rank,
    cast(cells.n as integer) as n,
    cast(cells.group_n as integer) as group_n,
    {{ stable('cells.n / nullif(cells.group_n, 0)') }} as share,
    {{ wilson('cells.n', 'cells.group_n', '-') }} as ci_low,
    {{ wilson('cells.n', 'cells.group_n', '+') }} as ci_high,
    pay_bands.pay_min,
    pay_bands.pay_mid,
    pay_bands.pay_max,
    pay_bands.currency,
    cast(coalesce(offered.offers, 0) as integer) as offers,
    {{ stable('offered.mean_offer') }} as mean_offer,
    cast(coalesce(offered.offers_out_of_band, 0) as integer) as offers_out_of_band
from cells
left join offered
    on
        cells.role_id = offered.role_id
        and cells.scenario = offered.scenario
        and cells.quarter_start = offered.quarter_start
        and cells.grade = offered.grade
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        cells.grade = pay_bands.grade
        and cells.quarter_end >= pay_bands.valid_from
        and (pay_bands.valid_before is null or cells.quarter_end < pay_bands.valid_before)
