{#- What the test rows_hold (tests/generic) is put together of. -#}

{#- Values as SQL writes them, between commas. -#}
{% macro literals(values) -%}
    {%- for value in values -%}
        {{ "'" ~ value ~ "'" if value is string else value }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- How many groups there are for which a condition on the group holds. -#}
{% macro counted_groups(rule, model, columns, condition, some) -%}
    select '{{ rule }}' as rule, count(*) as broken_n
    from (
        select {{ columns | join(", ") }}
        from {{ model }}
        {{ some or "" }}
        group by {{ columns | join(", ") }}
        having {{ condition }}
    ) as found
{%- endmacro %}

{#- How many keys stand in more than one row. Rows of one key have one digest, so only those of a digest that comes again
    are grouped by the key itself: numbers group in half the time of texts. -#}
{% macro counted_doubles(model, columns) -%}
    {%- set some = columns[0] ~ " is not null" if columns | length == 1 else "true" -%}
    select 'unique: {{ columns | join(", ") }}' as rule, count(*) as broken_n
    from (
        select {{ columns | join(", ") }}
        from {{ model }}
        where {{ some }} and {{ digest(columns) }} in (
            select {{ digest(columns) }}
            from {{ model }}
            where {{ some }}
            group by {{ digest(columns) }}
            having count(*) > 1
        )
        group by {{ columns | join(", ") }}
        having count(*) > 1
    ) as found
{%- endmacro %}

{#- How many rows have a value that does not stand in the column of another table. -#}
{% macro counted_strays(model, column, place, field) -%}
    select '{{ column }} stands in {{ place.identifier }}.{{ field }}' as rule, count(*) as broken_n
    from {{ model }} as referring
    anti join {{ place }} as referred on referring.{{ column }} = referred.{{ field }}
    where referring.{{ column }} is not null
{%- endmacro %}
