-- How long each class of records is kept: every rule with its ground, and what those in force make of
-- it together. A duty to keep beyond the day on which another rule wants the record gone is a conflict,
-- shown and not resolved in silence.
with rules as (
    select * from {{ ref('retention_policy') }}
),

together as (
    select
        field_class,
        max(min_days) as keep_days,
        min(max_days) as purge_days,
        bool_or(is_legal_hold) as is_on_hold
    from rules
    where is_in_force
    group by field_class
)

select
    rules.field_class,
    rules.jurisdiction,
    rules.starts_with,
    rules.min_days,
    rules.max_days,
    rules.is_legal_hold,
    rules.is_in_force,
    rules.ground_zh,
    rules.ground_en,
    together.keep_days,
    together.purge_days,
    coalesce(together.is_on_hold, false) as is_class_on_hold,
    coalesce(together.keep_days > together.purge_days, false) as is_conflict
from rules
left join together on rules.field_class = together.field_class
