{#- The value of a metric as an aggregate expression over the rows of its mart: `metric('pass_rate')`. `columns` names other
    columns for those of the definition, where a relation calls them differently: `metric('mean_score',
    {'composite_score': 'score'})`. Pages use the very same macro (warehouse/metrics.py). -#}
{% macro metric(name, columns={}) -%}
    {%- set found = metrics()[name] -%}
    {%- set sql -%}
    {%- if found.kind == 'count' -%}
        {{ metric_n(name) }}
    {%- elif found.kind == 'share' -%}
        avg(case when {{ found.hits }} then 1 else 0 end){{ " filter (where " ~ found.of ~ ")" if found.of is defined }}
    {%- elif found.kind == 'mean' -%}
        {{ exact_sum(found.value) }} / nullif({{ metric_n(name) }}, 0)
    {%- elif found.kind == 'sd' -%}
        stddev_samp({{ found.value }})
    {%- elif found.kind == 'quantile' -%}
        percentile_cont({{ found.quantile }}) within group (order by {{ found.value }})
    {%- elif found.kind == 'ratio' -%}
        cast({{ found.numerator }} as double) / nullif({{ found.denominator }}, 0)
    {%- endif -%}
    {%- endset -%}
    {{ renamed_columns(sql, columns) }}
{%- endmacro %}

{#- How many a metric rests on: the rows that are counted, the values of a mean or quantile, a ratio's denominator. -#}
{% macro metric_n(name, columns={}) -%}
    {%- set found = metrics()[name] -%}
    {%- set sql -%}
    {%- if found.kind in ('count', 'share') -%}
        count(*){{ " filter (where " ~ found.of ~ ")" if found.of is defined }}
    {%- elif found.kind == 'ratio' -%}
        {{ found.denominator }}
    {%- else -%}
        count({{ found.value }})
    {%- endif -%}
    {%- endset -%}
    {{ renamed_columns(sql, columns) }}
{%- endmacro %}

{#- The count above the line of a share or ratio, for intervals that need it beside `metric_n`. -#}
{% macro metric_hits(name) -%}
    {%- set found = metrics()[name] -%}
    {%- if found.kind == 'ratio' -%}
        {{ found.numerator }}
    {%- else -%}
        count(*) filter (where {{ "(" ~ found.of ~ ") and " if found.of is defined }}{{ found.hits }})
    {%- endif -%}
{%- endmacro %}

{% macro renamed_columns(sql, columns) -%}
    {%- set texts = [sql] -%}
    {%- for column, other in columns.items() -%}
        {%- do texts.append(texts[-1] | replace(column, other)) -%}
    {%- endfor -%}
    {{ texts[-1] | trim }}
{%- endmacro %}
