{#- The states of a source's rows: for each key and each time at which an export named it, all that was known then.
    A row says what its file has columns for (a pay file: the pay); what it does not say stays as it was. Before the first
    whole row, partial ones have the rest from that. At one and the same time whole rows come before partial ones, and else
    in the order of arrival; the last of them is the state of that time.
    `seen` is a CTE of appearances: the key, the columns, seen_at, _is_partial, _said_columns (their names with commas
    between, null = all of them), _arrival_seq and _row_number. -#}
{% macro states(seen, key, columns) -%}
    {%- set order = ["seen_at", "_is_partial", "_arrival_seq", "_row_number"] | join(" asc nulls last, ") ~ " asc nulls last" -%}
    {%- set all_columns = columns | join(", ") -%}
    -- Where every row says the same columns, nearly everywhere, there is nothing to carry on.
    mixed_keys as (
        select {{ key }}
        from {{ seen }}
        group by {{ key }}
        having min(coalesce(_said_columns, '')) <> max(coalesce(_said_columns, ''))
    ),

    completed as (
        select
            {{ key }}, seen_at, _is_partial, _arrival_seq, _row_number, {{ all_columns }}
        from {{ seen }}
        where {{ key }} not in (select mixed_keys.{{ key }} from mixed_keys)
        union all
        select
            {{ key }}, seen_at, _is_partial, _arrival_seq, _row_number,
            {%- for column in columns %}
            {%- set is_said = "_said_columns is null or contains(',' || _said_columns || ',', '," ~ column ~ ",')" %}
            coalesce(
                {{ last_known("case when " ~ is_said ~ " then " ~ packed({'said': column}) ~ " end") }} over so_far,
                {{ first_known("case when not _is_partial then " ~ packed({'said': column}) ~ " end") }} over at_any_time
            ).said as {{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ seen }}
        where {{ key }} in (select mixed_keys.{{ key }} from mixed_keys)
        window
            so_far as (
                partition by {{ key }} order by {{ order }}
                rows between unbounded preceding and current row
            ),
            at_any_time as (
                partition by {{ key }} order by {{ order }}
                rows between unbounded preceding and unbounded following
            )
    ),

    states as (
        select *
        from completed
        qualify row_number() over (
            partition by {{ key }}, seen_at
            order by _is_partial desc, _arrival_seq desc, _row_number desc
        ) = 1
    )
{%- endmacro %}

{#- Which of the columns differ from the state before, as a list of names; `history` is the window over a key's states. -#}
{% macro changed_columns(columns) -%}
    {%- set conditions = {} -%}
    {%- for column in columns -%}
        {%- do conditions.update({column: column ~ " is distinct from lag(" ~ column ~ ") over history"}) -%}
    {%- endfor -%}
    {{ flags(conditions) }}
{%- endmacro %}

{#- The versions of a source's states, for a type-2 history: a state that differs from the one before opens a version,
    which ends where the next one begins (next_seen_at, null for the last). `states_of` is a CTE as `states` makes it. -#}
{% macro versions_of(states_of, key, columns) -%}
    compared as (
        select
            *,
            row_number() over history as place,
            {{ changed_columns(columns) }} as changed_columns
        from {{ states_of }}
        window history as (partition by {{ key }} order by seen_at asc nulls last)
    ),

    -- Neighbours that say the same are one version.
    versions as (
        select
            *,
            row_number() over version_order as version_number,
            lead(seen_at) over version_order as next_seen_at
        from compared
        where place = 1 or {{ list_size('changed_columns') }} > 0
        window version_order as (partition by {{ key }} order by seen_at asc nulls last)
    )
{%- endmacro %}
