{#- Lists, which every engine handles in its own words; see dispatch.sql. -#}

{#- Several continuous quantiles of one pass, as a list in the order of `shares`. -#}
{% macro quantiles(value, shares) -%}
    {{ adapter.dispatch('quantiles')(value, shares) }}
{%- endmacro %}

{% macro default__quantiles(value, shares) -%}
    percentile({{ value }}, array({{ shares | join(", ") }}))
{%- endmacro %}

{#- A group's values as a list, the lowest first; for columns without empty values. -#}
{% macro sorted_list(value) -%}
    {{ adapter.dispatch('sorted_list')(value) }}
{%- endmacro %}

{% macro default__sorted_list(value) -%}
    sort_array(collect_list({{ value }}))
{%- endmacro %}

{#- An element of a list, counted from one; null beyond its end. -#}
{% macro element(list, place) -%}
    {{ adapter.dispatch('element')(list, place) }}
{%- endmacro %}

{% macro default__element(list, place) -%}
    get({{ list }}, {{ place }} - 1)
{%- endmacro %}

{#- How many elements a list has; null for no list. -#}
{% macro list_size(list) -%}
    {{ adapter.dispatch('list_size')(list) }}
{%- endmacro %}

{% macro default__list_size(list) -%}
    cardinality({{ list }})
{%- endmacro %}

{#- Whether a list holds a value; null for no list. -#}
{% macro list_has(list, value) -%}
    {{ adapter.dispatch('list_has')(list, value) }}
{%- endmacro %}

{% macro default__list_has(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}

{#- The elements of a list of texts in one text. -#}
{% macro list_text(list, between=', ') -%}
    {{ adapter.dispatch('list_text')(list, between) }}
{%- endmacro %}

{% macro default__list_text(list, between) -%}
    array_join({{ list }}, '{{ between }}')
{%- endmacro %}

{#- A list of no texts. -#}
{% macro no_texts() -%}
    {{ adapter.dispatch('no_texts')() }}
{%- endmacro %}

{% macro default__no_texts() -%}
    array()
{%- endmacro %}

{#- A list of nothing, of whatever type its place asks for. -#}
{% macro no_elements() -%}
    {{ adapter.dispatch('no_elements')() }}
{%- endmacro %}

{% macro default__no_elements() -%}
    array()
{%- endmacro %}

{#- Lists, none of them null, one after the other. -#}
{% macro joined_lists(lists) -%}
    {{ adapter.dispatch('joined_lists')(lists) }}
{%- endmacro %}

{% macro default__joined_lists(lists) -%}
    concat({{ lists | join(", ") }})
{%- endmacro %}

{#- The names of the conditions that hold, as a list; `conditions` maps a name to an SQL condition (null = does not hold). -#}
{% macro flags(conditions) -%}
    {{ adapter.dispatch('flags')(conditions) }}
{%- endmacro %}

{% macro default__flags(conditions) -%}
    filter(
        array(
            {%- for name, condition in conditions.items() %}
            case when {{ condition }} then '{{ name }}' end{{ "," if not loop.last }}
            {%- endfor %}
        ),
        name -> name is not null
    )
{%- endmacro %}

{#- A group's values as a list in the order of `by`, a list of expressions; `where` says which rows. -#}
{% macro list_of(value, by, where=none) -%}
    {{ adapter.dispatch('list_of')(value, by, where) }}
{%- endmacro %}

{% macro default__list_of(value, by, where) -%}
    transform(
        array_sort(collect_list(named_struct(
            {%- for key in by %}'key_{{ loop.index }}', {{ key }}, {% endfor %}'value', {{ value }}
        )){{ " filter (where " ~ where ~ ")" if where }}),
        one -> one.value
    )
{%- endmacro %}

{#- A group's different values as a list, in their own order. -#}
{% macro set_of(value) -%}
    {{ adapter.dispatch('set_of')(value) }}
{%- endmacro %}

{% macro default__set_of(value) -%}
    array_sort(collect_set({{ value }}))
{%- endmacro %}

{#- The different values of one field of a list of structs, in order. -#}
{% macro field_values(list, field) -%}
    {{ adapter.dispatch('field_values')(list, field) }}
{%- endmacro %}

{% macro default__field_values(list, field) -%}
    array_sort(array_distinct(transform({{ list }}, one -> one['{{ field }}'])))
{%- endmacro %}

{#- A row for each element of a list, in a select. -#}
{% macro each_of(list) -%}
    {{ adapter.dispatch('each_of')(list) }}
{%- endmacro %}

{% macro default__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{#- A row for each element of a list, in a select: the element as `item`, its place from one as `place`. -#}
{% macro each_with_place(list, item, place) -%}
    {{ adapter.dispatch('each_with_place')(list, item, place) }}
{%- endmacro %}

{% macro default__each_with_place(list, item, place) -%}
    inline(transform({{ list }}, (one, at) -> named_struct('one', one, 'at', at + 1))) as ({{ item }}, {{ place }})
{%- endmacro %}

{#- A row for each whole number from `first` on, up to and without `before`, in a select. -#}
{% macro each_number(first, before, step) -%}
    {{ adapter.dispatch('each_number')(first, before, step) }}
{%- endmacro %}

{% macro default__each_number(first, before, step) -%}
    explode(sequence({{ first }}, {{ before }} - 1, {{ step }}))
{%- endmacro %}
