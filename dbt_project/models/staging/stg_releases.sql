-- The number of a release stands in the name of its file: <file_id>-<number>.parquet.
with entries as (
    select * from {{ source('raw', 'releases') }}
)

select
    entries.source,
    entries.file_id,
    entries.row_number,

    entries.how as released_how,
    entries.by as released_by,

    cast(regexp_extract(entries.filename, '-([0-9]+)[.]parquet$', 1) as integer) as release_number,

    {{ utc('entries.released_at') }} as released_at
from entries
