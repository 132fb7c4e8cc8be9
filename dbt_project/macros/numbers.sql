{#- Nine decimals: far below what anyone reads, far above the noise that the order of a parallel sum leaves. -#}
{% macro stable(value) -%}
    round({{ value }}, 9)
{%- endmacro %}

{#- A sum that is the same to the last bit in whatever order its rows come: threads and joins change that order from
    run to run, and with it the last bit of a sum of doubles. For values below 10^20. -#}
{% macro exact_sum(value, where=none) -%}
    cast(sum(cast({{ value }} as decimal(38, 18))){{ " filter (where " ~ where ~ ")" if where }} as double)
{%- endmacro %}

{#- The same over a window, given as it stands within `over (…)`. -#}
{% macro exact_sum_over(value, window) -%}
    cast(sum(cast({{ value }} as decimal(38, 18))) over ({{ window }}) as double)
{%- endmacro %}

{#- The mean of what is not null, in the same way. -#}
{% macro exact_mean(value, where) -%}
    {{ exact_sum(value, where) }} / nullif(count({{ value }}) filter (where {{ where }}), 0)
{%- endmacro %}

{#- Half-up as people round; by way of a decimal, since 89.995 as a double lies just below itself. -#}
{% macro round_half_up(value, places) -%}
    cast(round(cast({{ value }} as decimal(18, 9)), {{ places }}) as double)
{%- endmacro %}

{#- One end of Wilson's 95 % interval of a share: `side` is + or -. Wilson, JASA 22 (1927) 209. -#}
{% macro wilson(successes, total, side) -%}
    greatest(0, least(1, {{ stable(
        "(" ~ successes ~ " + 1.9208 " ~ side ~ " 1.96 * sqrt(cast(" ~ successes ~ " as double) * (" ~ total ~ " - " ~ successes
        ~ ") / nullif(" ~ total ~ ", 0) + 0.9604)) / (" ~ total ~ " + 3.8416)"
    ) }}))
{%- endmacro %}

{#- The continuous quantile (percentile_cont) of a sorted list of `n` values: several of one list sort it once. -#}
{% macro quantile_of(list, n, share) -%}
    {%- set place = "(" ~ n ~ " - 1) * " ~ share -%}
    {%- set below = element(list, "1 + cast(floor(" ~ place ~ ") as integer)") -%}
    {%- set above = element(list, "1 + cast(ceil(" ~ place ~ ") as integer)") -%}
    {{ below }} * (1 - ({{ place }} - floor({{ place }}))) + {{ above }} * ({{ place }} - floor({{ place }}))
{%- endmacro %}
