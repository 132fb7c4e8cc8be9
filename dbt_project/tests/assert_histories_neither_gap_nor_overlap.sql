-- A returned row is a version that does not end where the next one of its employee or application begins, or
-- a last version that ends, or a current one that does not. Protects against a day with two states or none.
{{ config(meta = {'dagster': {'ref': {'name': 'employee_history'}}}) }}

with versions as (
    select
        'employee' as subject,
        employee_id as id,
        version_number,
        valid_from,
        valid_to,
        is_current
    from {{ ref('employee_history') }}
    union all
    select
        'application' as subject,
        application_id as id,
        version_number,
        valid_from,
        valid_to,
        is_current
    from {{ ref('application_history') }}
),

followed as (
    select
        *,
        lead(version_number) over history as next_version,
        lead(valid_from) over history as next_valid_from
    from versions
    window history as (partition by subject, id order by valid_from)
)

select *
from followed
where
    valid_to is distinct from next_valid_from
    or is_current <> (next_valid_from is null)
    or coalesce(next_version, version_number + 1) <> version_number + 1
