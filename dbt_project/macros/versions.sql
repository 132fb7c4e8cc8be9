{#- The order in which versions of a row follow each other, latest first: the export's own time, else arrival. -#}
{% macro version_order() -%}
    coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
{%- endmacro %}

{#- Keeps the latest version of each row key of a source. -#}
{% macro latest_version(key) -%}
    row_number() over (partition by {{ key | join(", ") }} order by {{ version_order() }}) = 1
{%- endmacro %}
