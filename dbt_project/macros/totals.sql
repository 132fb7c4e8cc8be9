{#- Groups by role, scenario and `keys`, and once more with all roles, all scenarios and both together. -#}
{% macro group_with_totals(keys) -%}
    {%- set rest = keys | join(", ") -%}
    group by grouping sets (
        (role_id, scenario, {{ rest }}), (role_id, {{ rest }}), (scenario, {{ rest }}), ({{ rest }})
    )
{%- endmacro %}

{#- The value of a grouped column, 'all' in the rows that stand for every value. -#}
{% macro or_all(column) -%}
    case when grouping({{ column }}) = 1 then 'all' else {{ column }} end
{%- endmacro %}
