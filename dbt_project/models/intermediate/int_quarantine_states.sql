-- A quarantined row is open until a release that counts has settled it; of several the first stands. A
-- release with a higher number than the ledger knows was left behind by a run that was killed.
with releases as (
    select releases.*
    from {{ ref('stg_releases') }} as releases
    inner join {{ ref('stg_ledger') }} as files
        on
            releases.source = files.source
            and releases.file_id = files.file_id
            and releases.release_number <= files.releases
    qualify row_number() over (
        partition by releases.source, releases.file_id, releases.row_number
        order by releases.release_number asc nulls last, releases.released_at asc nulls last
    ) = 1
)

select
    entries.source,
    entries.file,
    entries.file_id,
    entries.row_number,
    entries.column_name,
    entries.value,
    entries.code,
    entries.reason,
    entries.contract_version,
    entries.quarantined_at,
    case
        when releases.file_id is not null then 'released'
        when entries.code = 'erased' then 'erased'
        else 'open'
    end as state,
    releases.released_at,
    releases.released_how,
    releases.released_by
from {{ ref('stg_quarantine') }} as entries
left join releases
    on
        entries.source = releases.source
        and entries.file_id = releases.file_id
        and entries.row_number = releases.row_number
