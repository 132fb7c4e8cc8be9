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

{#- How many rows have a value that does not stand in the column of another table. -#}
{% macro counted_strays(model, column, place, field) -%}
    select '{{ column }} stands in {{ place.identifier }}.{{ field }}' as rule, count(*) as broken_n
    from {{ model }} as referring
    anti join {{ place }} as referred on referring.{{ column }} = referred.{{ field }}
    where referring.{{ column }} is not null
{%- endmacro %}
