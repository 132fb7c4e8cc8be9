{#- The names of the conditions that hold, as a list; `conditions` maps a name to an SQL condition (null = does not hold). -#}
{% macro flags(conditions) -%}
    list_concat(
        {%- for name, condition in conditions.items() %}
        case when {{ condition }} then ['{{ name }}'] else cast([] as varchar[]) end{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
