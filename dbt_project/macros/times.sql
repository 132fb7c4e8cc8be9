{#- A raw time (with zone) as the naive UTC timestamp that every layer after staging uses. -#}
{% macro utc(moment) -%}
    timezone('UTC', {{ moment }})
{%- endmacro %}

{#- The day on the company's calendar at a naive UTC timestamp. -#}
{% macro local_date(moment) -%}
    cast(timezone('{{ var("timezone") }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{#- First day of the calendar quarter of a local day. -#}
{% macro quarter_start(day) -%}
    cast(date_trunc('quarter', {{ day }}) as date)
{%- endmacro %}
