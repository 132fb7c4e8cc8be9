{#- A mapping as rows: its keys as one column, its values as the other. -#}
{% macro rows_of(mapping, key, value) -%}
    {%- if mapping is mapping and mapping -%}
    {%- for one, other in mapping.items() %}
    select
        '{{ one }}' as {{ key }},
        {{ other }} as {{ value }}
    {{- " union all" if not loop.last }}
    {%- endfor -%}
    {%- else -%}
    select
        null as {{ key }},
        null as {{ value }}
    {%- endif -%}
{%- endmacro %}
