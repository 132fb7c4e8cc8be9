{#- What helps against each gap, one row a gap: `means` is a seed keyed by competency_id that holds for everybody, or for
    one value of `narrowed_by` (a column of both), which then comes first. `gaps` is a CTE with interview_id. -#}
{% macro means_for(gaps, means, key, narrowed_by, columns) -%}
    select
        {{ gaps }}.interview_id,
        {{ gaps }}.competency_id,
        means.{{ key }}
        {%- for column in columns %},
        means.{{ column }}
        {%- endfor %}
    from {{ gaps }}
    inner join {{ ref(means) }} as means
        on
            {{ gaps }}.competency_id = means.competency_id
            and (means.{{ narrowed_by }} is null or {{ gaps }}.{{ narrowed_by }} = means.{{ narrowed_by }})
    qualify row_number() over (
        partition by {{ gaps }}.interview_id, {{ gaps }}.competency_id
        order by means.{{ narrowed_by }} is null asc nulls last, means.{{ key }} asc nulls last
    ) = 1
{%- endmacro %}
