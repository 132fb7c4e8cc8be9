{#- One row for a claim that is a share: its Wilson interval. `hits` and `total` are counts over `relation`. -#}
{% macro observed_share(claim_id, relation, hits, total="count(*)") -%}
    select
        '{{ claim_id }}' as claim_id,
        cast({{ hits }} as double) / nullif({{ total }}, 0) as observed,
        {{ total }} as n,
        case when {{ total }} > 0 then {{ wilson(hits, total, '-') }} end as ci_low,
        case when {{ total }} > 0 then {{ wilson(hits, total, '+') }} end as ci_high
    from {{ relation }}
{%- endmacro %}

{#- One row for a claim that is a mean: its 95 % interval from the sample's standard deviation. -#}
{% macro observed_mean(claim_id, relation, value) -%}
    {#- Exact: the mean of values of nine decimals often ends in a five at the tenth. -#}
    {%- set mean = exact_sum(value) ~ " / nullif(count(" ~ value ~ "), 0)" -%}
    select
        '{{ claim_id }}' as claim_id,
        {{ mean }} as observed,
        count({{ value }}) as n,
        {{ mean }} - 1.96 * stddev_samp({{ value }}) / nullif(sqrt(count({{ value }})), 0) as ci_low,
        {{ mean }} + 1.96 * stddev_samp({{ value }}) / nullif(sqrt(count({{ value }})), 0) as ci_high
    from {{ relation }}
{%- endmacro %}
