-- Every version of a row, and every time that it came again unchanged; with the columns that its file has.
with appearances as (
    {{ appearances('applications') }}
),

files as (
    select * from {{ ref('stg_ledger') }}
    where source = 'applications'
)

select
    appearances.application_id,

    appearances.candidate_id,
    appearances.role_id,
    appearances.department_id,
    appearances.requisition_id,
    appearances.employee_id,

    appearances.stage,
    appearances.outcome,
    appearances.background_check,

    appearances.round2_score,
    appearances.offer_monthly_salary,

    {{ utc('appearances.applied_at') }} as applied_at,
    {{ utc('appearances.stage_entered_at') }} as stage_entered_at,
    {{ utc('appearances.offered_at') }} as offered_at,

    {{ utc('coalesce(appearances._exported_at, appearances._arrived_at)') }} as seen_at,
    appearances._partial_columns is not null as _is_partial,
    coalesce(appearances._partial_columns, files.said_columns) as _said_columns,
    appearances._arrival_seq,
    appearances._row_number
from appearances
left join files on appearances._arrival_seq = files.arrival_seq
