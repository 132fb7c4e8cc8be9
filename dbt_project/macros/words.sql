{#- The lists that are not empty, each behind its name: `new: a, b; missing: c`; null when all are empty. -#}
{% macro in_words(lists) -%}
    nullif(
        concat_ws(
            '; '
            {%- for name, list in lists.items() %},
            case when {{ list_size(list) }} > 0 then '{{ name }}: ' || {{ list_text(list) }} end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
