{#- What engines say differently, one small macro each. `default__` is Spark's SQL (4.2 and later); duckdb.sql says the same
    for DuckDB. Whatever else models write must run on both: tests/dbt_project/test_portable_sql.py reads them. Times are
    naive and in UTC, as the session is. -#}

{#- A raw time (with zone) as the naive UTC timestamp that every layer after staging uses. -#}
{% macro utc(moment) -%}
    {{ adapter.dispatch('utc')(moment) }}
{%- endmacro %}

{% macro default__utc(moment) -%}
    cast({{ moment }} as timestamp_ntz)
{%- endmacro %}

{#- The day on the company's calendar at a naive UTC timestamp. -#}
{% macro local_date(moment) -%}
    {{ adapter.dispatch('local_date')(moment) }}
{%- endmacro %}

{% macro default__local_date(moment) -%}
    cast(from_utc_timestamp({{ moment }}, '{{ var("timezone") }}') as date)
{%- endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(first, last) -%}
    {{ adapter.dispatch('days_between')(first, last) }}
{%- endmacro %}

{% macro default__days_between(first, last) -%}
    datediff({{ last }}, {{ first }})
{%- endmacro %}

{#- Whole months from one date to another. -#}
{% macro months_since(first, last) -%}
    {{ adapter.dispatch('months_since')(first, last) }}
{%- endmacro %}

{% macro default__months_since(first, last) -%}
    cast(floor(months_between({{ last }}, {{ first }})) as bigint)
{%- endmacro %}

{#- Seconds from one timestamp to another, as a double. -#}
{% macro seconds_between(first, last) -%}
    {{ adapter.dispatch('seconds_between')(first, last) }}
{%- endmacro %}

{% macro default__seconds_between(first, last) -%}
    cast(timestampdiff(second, {{ first }}, {{ last }}) as double)
{%- endmacro %}

{#- Several values as one, which compare in their order; `fields` maps names to expressions. -#}
{% macro packed(fields) -%}
    {{ adapter.dispatch('packed')(fields) }}
{%- endmacro %}

{% macro default__packed(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{#- The last known value of a window up to a row: `… over`, the empty ones left out; and the first. -#}
{% macro last_known(value) -%}
    {{ adapter.dispatch('known')('last_value', value) }}
{%- endmacro %}

{% macro first_known(value) -%}
    {{ adapter.dispatch('known')('first_value', value) }}
{%- endmacro %}

{% macro default__known(which, value) -%}
    {{ which }}({{ value }}) ignore nulls
{%- endmacro %}

{#- All columns of a relation but these. -#}
{% macro all_but(relation, columns) -%}
    {{ adapter.dispatch('all_but')(relation, columns) }}
{%- endmacro %}

{% macro default__all_but(relation, columns) -%}
    {{ relation }}.* except ({{ columns | join(", ") }})
{%- endmacro %}

{#- Stops the build with a sentence. -#}
{% macro stop(sentence) -%}
    {{ adapter.dispatch('stop')(sentence) }}
{%- endmacro %}

{% macro default__stop(sentence) -%}
    raise_error('{{ sentence }}')
{%- endmacro %}

{#- A header without its case, spaces, dashes and underscores. -#}
{% macro bare_name(text) -%}
    {{ adapter.dispatch('bare_name')(text) }}
{%- endmacro %}

{% macro default__bare_name(text) -%}
    translate(lower({{ text }}), ' _-', '')
{%- endmacro %}

{#- How many bits of two numbers differ. -#}
{% macro bits_differing(one, other) -%}
    {{ adapter.dispatch('bits_differing')(one, other) }}
{%- endmacro %}

{% macro default__bits_differing(one, other) -%}
    bit_count({{ one }} ^ {{ other }})
{%- endmacro %}

{#- A number that is another one when one of the columns is. -#}
{% macro digest(columns) -%}
    {{ adapter.dispatch('digest')(columns) }}
{%- endmacro %}

{% macro default__digest(columns) -%}
    xxhash64({{ columns | join(", ") }})
{%- endmacro %}

{#- Of a step that a recursion reads in every round: it is not made anew in each. -#}
{% macro made_once() -%}
    {{ adapter.dispatch('made_once')() }}
{%- endmacro %}

{% macro default__made_once() -%}
{%- endmacro %}
