-- The headers of each file in their order, with the file before it: the last one of the same source, and of
-- the same profile, whose rows were taken.
with files as (
    select
        *,
        {{ last_known("case when status = 'ingested' then file_id end") }} over (
            partition by source, profile order by arrival_seq asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as previous_file_id,
        count(case when status = 'ingested' then 1 end) over (
            partition by source, profile order by arrival_seq asc nulls last
            rows between unbounded preceding and current row
        ) as file_number,
        -- In JSON a key stands only where it has a value: a file may lack one by chance.
        coalesce(format like 'JSON%', false) as is_sparse,
        status = 'ingested' as is_taken
    from {{ ref('stg_ledger') }}
    where {{ list_size('headers') }} > 0
),

listed as (
    select
        source,
        profile,
        file_id,
        previous_file_id,
        file_number,
        is_sparse,
        is_taken,
        {{ each_with_place('headers', 'found', 'place') }}
    from files
),

named as (
    select
        listed.source,
        listed.profile,
        listed.file_id,
        listed.previous_file_id,
        listed.file_number,
        listed.is_sparse,
        listed.is_taken,
        listed.place,
        listed.found['header'] as header_name,
        listed.found['column'] as column_name,
        listed.found['kind'] as kind,
        -- Case, spaces and dashes make no other header.
        {{ bare_name("listed.found['header']") }} as header_key
    from listed
),

identified as (
    select
        *,
        coalesce(column_name, header_key) as meaning
    from named
)

select
    source,
    file_id,
    previous_file_id,
    place,
    header_name,
    header_key,
    column_name,
    kind,
    meaning,
    lag(header_key) over (partition by source, file_id order by place asc nulls last) as header_before,
    is_sparse,
    dense_rank() over (
        partition by source, profile, is_taken, meaning order by file_number asc nulls last
    ) = file_number as is_in_every_file
from identified
