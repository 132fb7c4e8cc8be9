{#- What helps against each kind of gap: `means` is a seed keyed by competency_id that holds for everybody, or for one value
    of `narrowed_by` (a column of both), which then comes first. `gaps` is a CTE; one row a competency and value of it. -#}
{% macro means_for(gaps, means, key, narrowed_by, columns) -%}
    select
        kinds.competency_id,
        kinds.{{ narrowed_by }},
        means.{{ key }}
        {%- for column in columns %},
        means.{{ column }}
        {%- endfor %}
    from (select distinct competency_id, {{ narrowed_by }} from {{ gaps }}) as kinds
    inner join {{ ref(means) }} as means
        on
            kinds.competency_id = means.competency_id
            and (means.{{ narrowed_by }} is null or kinds.{{ narrowed_by }} = means.{{ narrowed_by }})
    qualify row_number() over (
        partition by kinds.competency_id, kinds.{{ narrowed_by }}
        order by means.{{ narrowed_by }} is null asc nulls last, means.{{ key }} asc nulls last
    ) = 1
{%- endmacro %}
