-- Every version of a row, and every time that it came again unchanged; with the columns that its file has.
with appearances as (
    {{ appearances('employees') }}
),

files as (
    select * from {{ ref('stg_ledger') }}
    where source = 'employees'
)

select
    appearances.employee_id,

    appearances.candidate_id,
    appearances.department_id,
    appearances.role_id,
    appearances.manager_id,

    {{ opened('employees', 'name', 'employee_id', row='appearances') }},
    appearances.status,
    appearances.leaving_reason,

    appearances.monthly_salary,

    appearances.hired_on,
    appearances.left_on,

    {{ utc('coalesce(appearances._exported_at, appearances._arrived_at)') }} as seen_at,
    appearances._partial_columns is not null as _is_partial,
    coalesce(appearances._partial_columns, files.said_columns) as _said_columns,
    appearances._arrival_seq,
    appearances._row_number
from appearances
left join files on appearances._arrival_seq = files.arrival_seq
