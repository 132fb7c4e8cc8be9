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

{#- CTEs with the pairs of answers that meet in a bucket, once each, as `name`: each meets the first and the one
    before it. `members` is a CTE of answers with question_id, band_number and band; `by` puts them in order. -#}
{% macro meetings(members, name, by=['candidate_id', 'interview_id']) -%}
    {{ name }}_met as (
        select
            text_number,
            first_value(text_number) over bucket as first_number,
            lag(text_number) over bucket as previous_number
        from {{ members }}
        window bucket as (
            partition by question_id, band_number, band
            order by {{ by | join(" asc nulls last, ") }} asc nulls last
        )
    ),

    {{ name }} as (
        select
            first_number as text_number,
            text_number as other_text_number
        from {{ name }}_met
        where first_number <> text_number
        union
        select
            previous_number as text_number,
            text_number as other_text_number
        from {{ name }}_met
        where previous_number is not null
    )
{%- endmacro %}
