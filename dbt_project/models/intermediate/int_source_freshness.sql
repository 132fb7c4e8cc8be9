-- A source is due as many days after its last file as its contract expects between two; one that never
-- brought a file, as many days after the first file of any source. Late is who is past that day, and who
-- never came at all.
with files as (
    select * from {{ ref('stg_ledger') }}
    where status = 'ingested'
),

today as (
    select {{ local_date('started_at') }} as local_date
    from {{ ref('stg_run') }}
),

beginning as (
    select min(ingested_at) as first_ingested_at
    from files
),

delivered as (
    select
        source,
        max(ingested_at) as last_ingested_at
    from files
    group by source
),

due as (
    select
        expected.source,
        expected.expected_every_days,
        delivered.last_ingested_at,
        {{ local_date('coalesce(delivered.last_ingested_at, beginning.first_ingested_at)') }}
        + expected.expected_every_days as due_on
    from {{ ref('int_sources_expected') }} as expected
    cross join beginning
    left join delivered on expected.source = delivered.source
)

select
    due.source,
    due.expected_every_days,
    due.last_ingested_at,
    due.due_on,
    due.last_ingested_at is null or today.local_date > due.due_on as is_overdue,
    case
        when due.due_on is not null
            then cast(greatest(0, {{ days_between('due.due_on', 'today.local_date') }}) as integer)
    end as days_overdue
from due
cross join today
