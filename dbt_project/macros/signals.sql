{#- The limits of the seed signal_policy as one row with a column each; a limit that is missing there is an error. -#}
{% macro signal_limits(names) -%}
    select
        {%- for name in names %}
        case
            when count(*) filter (where signal = '{{ name }}') = 1 then max(value) filter (where signal = '{{ name }}')
            else {{ stop('The seed signal_policy has no row ' ~ name ~ '.') }}
        end as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('signal_policy') }}
{%- endmacro %}
