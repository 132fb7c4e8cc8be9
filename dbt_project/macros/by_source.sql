{#- The entry of `mapping` (source to number) for the source in `column`; null for a source without an entry. -#}
{% macro by_source(column, mapping) -%}
    {%- if mapping is mapping and mapping -%}
    case {{ column }}
        {%- for source, value in mapping.items() %}
        when '{{ source }}' then {{ value }}
        {%- endfor %}
    end
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}
