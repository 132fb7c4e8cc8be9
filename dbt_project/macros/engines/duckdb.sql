{#- DuckDB's words for the macros of dispatch.sql and lists.sql. -#}

{% macro duckdb__utc(moment) -%}
    timezone('UTC', {{ moment }})
{%- endmacro %}

{% macro duckdb__local_date(moment) -%}
    cast(timezone('{{ var("timezone") }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    date_diff('day', {{ first }}, {{ last }})
{%- endmacro %}

{% macro duckdb__months_since(first, last) -%}
    date_sub('month', {{ first }}, {{ last }})
{%- endmacro %}

{% macro duckdb__seconds_between(first, last) -%}
    cast(date_diff('second', {{ first }}, {{ last }}) as double)
{%- endmacro %}

{% macro duckdb__packed(fields) -%}
    struct_pack({% for name, value in fields.items() %}{{ name }} := {{ value }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro duckdb__known(which, value) -%}
    {{ which }}({{ value }} ignore nulls)
{%- endmacro %}

{% macro duckdb__all_but(relation, columns) -%}
    {{ relation }}.* exclude ({{ columns | join(", ") }})
{%- endmacro %}

{% macro duckdb__stop(sentence) -%}
    error('{{ sentence }}')
{%- endmacro %}

{% macro duckdb__bare_name(text) -%}
    regexp_replace(lower({{ text }}), '[\s_-]', '', 'g')
{%- endmacro %}

{% macro duckdb__bits_differing(one, other) -%}
    cast(bit_count(xor({{ one }}, {{ other }})) as integer)
{%- endmacro %}

{% macro duckdb__digest(columns) -%}
    hash({{ columns | join(", ") }})
{%- endmacro %}

{% macro duckdb__made_once() -%}
    materialized
{%- endmacro %}

{% macro duckdb__quantiles(value, shares) -%}
    quantile_cont({{ value }}, [{{ shares | join(", ") }}])
{%- endmacro %}

{% macro duckdb__sorted_list(value) -%}
    {#- Sorted when it is whole: list(… order by …) takes longer. #}
    list_sort(list({{ value }}))
{%- endmacro %}

{% macro duckdb__element(list, place) -%}
    {{ list }}[{{ place }}]
{%- endmacro %}

{% macro duckdb__list_size(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro duckdb__list_has(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro duckdb__list_text(list, between) -%}
    array_to_string({{ list }}, '{{ between }}')
{%- endmacro %}

{% macro duckdb__no_texts() -%}
    cast([] as varchar[])
{%- endmacro %}

{% macro duckdb__no_elements() -%}
    []
{%- endmacro %}

{% macro duckdb__joined_lists(lists) -%}
    list_concat({{ lists | join(", ") }})
{%- endmacro %}

{% macro duckdb__flags(conditions) -%}
    list_concat(
        {%- for name, condition in conditions.items() %}
        case when {{ condition }} then ['{{ name }}'] else cast([] as varchar[]) end{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro duckdb__list_of(value, by, where) -%}
    {#- Not list(… order by …): that takes a buffer a group, gigabytes where the groups are interviews. #}
    list_transform(
        list_sort(
            list(struct_pack(
                {%- for key in by %}key_{{ loop.index }} := {{ key }}, {% endfor %}value := {{ value }}
            )){{ " filter (where " ~ where ~ ")" if where }}
        ),
        lambda one: one['value']
    )
{%- endmacro %}

{% macro duckdb__set_of(value) -%}
    list(distinct {{ value }} order by {{ value }})
{%- endmacro %}

{% macro duckdb__field_values(list, field) -%}
    list_sort(list_distinct(list_transform({{ list }}, lambda one: one['{{ field }}'])))
{%- endmacro %}

{% macro duckdb__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro duckdb__each_with_place(list, item, place) -%}
    unnest({{ list }}) as {{ item }}, generate_subscripts({{ list }}, 1) as {{ place }}
{%- endmacro %}

{% macro duckdb__each_number(first, before, step) -%}
    unnest(range({{ first }}, {{ before }}, {{ step }}))
{%- endmacro %}
