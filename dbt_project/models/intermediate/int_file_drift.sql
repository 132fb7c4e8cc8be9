-- How the columns of a file differ from those of the file before it. Of a sparse format, a column is gone
-- when all the files so far had it, and none of the contract's columns is new.
with found as (
    select * from {{ ref('int_file_columns') }}
    where previous_file_id is not null
),

later_files as (
    select distinct
        source,
        file_id,
        previous_file_id
    from found
),

-- The columns of the file before, under the name of the later one.
before as (
    select
        later_files.source,
        later_files.file_id,
        earlier.place,
        earlier.header_name,
        earlier.header_key,
        earlier.column_name,
        earlier.kind,
        earlier.meaning,
        earlier.header_before,
        earlier.is_sparse,
        earlier.is_in_every_file
    from later_files
    inner join {{ ref('int_file_columns') }} as earlier
        on later_files.source = earlier.source and later_files.previous_file_id = earlier.file_id
),

gone as (
    select before.*
    from before
    left join found
        on
            before.source = found.source
            and before.file_id = found.file_id
            and before.meaning = found.meaning
    where found.file_id is null and (before.is_in_every_file or not before.is_sparse)
),

come as (
    select found.*
    from found
    left join before
        on
            found.source = before.source
            and found.file_id = before.file_id
            and found.meaning = before.meaning
    where before.file_id is null and (found.column_name is null or not found.is_sparse)
),

-- A known column that is gone, and an unknown header of the same kind in its place or behind the same
-- neighbour: perhaps the same column. Each side is ranked for the other.
alike as (
    select
        come.source,
        come.file_id,
        gone.meaning as old_meaning,
        come.meaning as new_meaning,
        come.place,
        gone.header_name || ' → ' || come.header_name as said,
        row_number() over (
            partition by come.source, come.file_id, come.meaning
            order by
                come.place = gone.place desc nulls last,
                gone.place asc nulls last,
                gone.meaning asc nulls last
        ) as rank_of_gone,
        row_number() over (
            partition by gone.source, gone.file_id, gone.meaning
            order by
                come.place = gone.place desc nulls last,
                come.place asc nulls last,
                come.meaning asc nulls last
        ) as rank_of_come
    from come
    inner join gone
        on
            come.source = gone.source
            and come.file_id = gone.file_id
            and come.column_name is null
            and (come.place = gone.place or come.header_before = gone.header_before)
            and (come.kind = gone.kind or come.kind = 'empty' or gone.kind = 'empty')
    where gone.column_name is not null
),

-- A column under another header that the contract knows, or one of the pairs that are each other's best.
renamed as (
    select
        found.source,
        found.file_id,
        before.meaning as old_meaning,
        found.meaning as new_meaning,
        found.place,
        before.header_name || ' → ' || found.header_name as said
    from found
    inner join before
        on
            found.source = before.source
            and found.file_id = before.file_id
            and found.column_name = before.column_name
    where
        found.header_key not in (
            select same.header_key from before as same
            where same.source = found.source and same.file_id = found.file_id
        )
        and before.header_key not in (
            select same.header_key from found as same
            where same.source = before.source and same.file_id = before.file_id
        )
    union all
    select
        source,
        file_id,
        old_meaning,
        new_meaning,
        place,
        said
    from alike
    where rank_of_gone = 1 and rank_of_come = 1
),

-- Whole and decimal numbers are one kind: which of the two a file shows is chance.
retyped as (
    select
        found.source,
        found.file_id,
        found.place,
        coalesce(found.column_name, found.header_name) || ': ' || before.kind || ' → ' || found.kind as said
    from found
    inner join before
        on
            found.source = before.source
            and found.file_id = before.file_id
            and found.meaning = before.meaning
    where
        found.kind <> before.kind
        and found.kind <> 'empty'
        and before.kind <> 'empty'
        and not (found.kind in ('integer', 'decimal') and before.kind in ('integer', 'decimal'))
),

differences as (
    select
        come.source,
        come.file_id,
        'added' as difference,
        come.place,
        come.column_name is not null as is_known,
        come.header_name as said
    from come
    left join renamed
        on
            come.source = renamed.source
            and come.file_id = renamed.file_id
            and come.meaning = renamed.new_meaning
    where renamed.file_id is null
    union all
    select
        gone.source,
        gone.file_id,
        'dropped' as difference,
        gone.place,
        gone.column_name is not null as is_known,
        gone.header_name as said
    from gone
    left join renamed
        on
            gone.source = renamed.source
            and gone.file_id = renamed.file_id
            and gone.meaning = renamed.old_meaning
    where renamed.file_id is null
    union all
    select
        source,
        file_id,
        'renamed' as difference,
        place,
        true as is_known,
        said
    from renamed
    union all
    select
        source,
        file_id,
        'retyped' as difference,
        place,
        true as is_known,
        said
    from retyped
)

select
    source,
    file_id,
    {{ list_of('said', by=['place', 'said'], where="difference = 'added'") }} as added_columns,
    -- What the contract does not know is a new column already.
    {{ list_of('said', by=['place', 'said'], where="difference = 'added' and is_known") }}
        as added_known_columns,
    {{ list_of('said', by=['place', 'said'], where="difference = 'dropped'") }} as dropped_columns,
    {{ list_of('said', by=['place', 'said'], where="difference = 'renamed'") }} as renamed_columns,
    {{ list_of('said', by=['place', 'said'], where="difference = 'retyped'") }} as retyped_columns
from differences
group by source, file_id
