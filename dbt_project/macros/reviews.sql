{#- The last overall review for each `key` of a relation that has an employee_id; `condition` says which reviews count,
    in terms of the relation and of `reviews`. -#}
{% macro last_reviews(relation, key, condition) -%}
    select
        {{ relation }}.{{ key }},
        reviews.score,
        reviews.period_end
    from {{ relation }}
    inner join {{ ref('stg_performance_reviews') }} as reviews
        on
            {{ relation }}.employee_id = reviews.employee_id
            and reviews.competency_id is null
            and {{ condition }}
    qualify row_number() over (
        partition by {{ relation }}.{{ key }}
        order by reviews.period_end desc
    ) = 1
{%- endmacro %}
