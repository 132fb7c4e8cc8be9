-- A returned row is a file whose ledger counts other kept rows than the raw layer holds of it. Protects
-- against a row that is counted as kept and lost on the way.
{{ config(meta = {'dagster': {'ref': {'name': 'ingest_health'}}}) }}

with raw_rows as (
    {% for table in var('expected_every_days') -%}
    select
        '{{ table }}' as source_name,
        _file_id as file_id,
        count(*) as n
    from {{ source('raw', table) }}
    group by _file_id
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
),

counted as (
    select
        source,
        file_id,
        kept
    from {{ ref('ingest_health') }}
    where kept > 0
)

select
    coalesce(counted.source, raw_rows.source_name) as source_name,
    coalesce(counted.file_id, raw_rows.file_id) as file_id,
    counted.kept,
    raw_rows.n as raw_n
from counted
full join raw_rows on counted.source = raw_rows.source_name and counted.file_id = raw_rows.file_id
where counted.kept is distinct from raw_rows.n
