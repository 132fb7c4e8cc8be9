{#- A text that stands in raw sealed under the key of its person, as a column in clear; null once the key is erased.
    key: the column that names the person; row: the alias of the rows, where there are several tables. -#}
{% macro opened(source, column, key, row='') -%}
    {%- set of_row = row ~ '.' if row else '' -%}
    opened_text(
        {{ of_row }}{{ column }}_sealed,
        {{ of_row }}_seal_key_id,
        '{{ source }}|{{ column }}|' || {{ of_row }}{{ key }}
    ) as {{ column }}
{%- endmacro %}
