{#- Whether somebody is employed on a day, by one stay (a row of int_employments): from the day of hiring to `left_on`,
    the last day, and not beyond the day on which the next stay begins. Where the day of leaving is not known the status
    says whether somebody has left, by now only: a day of the past (`knows_status` false) cannot be judged by it.
    `has_next` is false where the stay is the last by itself and does not name the next one. -#}
{% macro is_employed(stay, day, knows_status=true, has_next=true) -%}
    {{ day }} >= {{ stay }}.hired_on
    and (
        {{ day }} <= {{ stay }}.left_on
        or {{ stay }}.left_on is null
        {%- if knows_status %}
        and coalesce({{ stay }}.status not in ('left', 'retired'), true)
        {%- endif %}
    )
    {%- if has_next %}
    and ({{ stay }}.next_hired_on is null or {{ day }} < {{ stay }}.next_hired_on)
    {%- endif %}
{%- endmacro %}

{#- The day `months` after somebody was hired; the last of the month where the month is shorter. -#}
{% macro anniversary(employed, months) -%}
    cast({{ employed }}.hired_on + interval {{ months }} month as date)
{%- endmacro %}

{#- A CTE with the review nearest to the day `months` after hiring, at most `review_window_days` away; of two equally
    near ones the earlier. A review belongs to the stay in which its period ends. `employed` is a CTE with interview_id,
    employee_id, hired_on and next_hired_on, `reviews` one with employee_id, score and period_end. -#}
{% macro reviews_after(employed, reviews, months) -%}
    {%- set days_away = "abs(" ~ days_between('reviews.period_end', anniversary(employed, months)) ~ ")" -%}
    reviews_{{ months }}m as (
        select
            {{ employed }}.interview_id,
            reviews.score,
            reviews.period_end
        from {{ employed }}
        inner join {{ reviews }} as reviews
            on
                {{ employed }}.employee_id = reviews.employee_id
                and {{ days_away }} <= {{ var('review_window_days') }}
                and reviews.period_end >= {{ employed }}.hired_on
                and ({{ employed }}.next_hired_on is null or reviews.period_end < {{ employed }}.next_hired_on)
        qualify row_number() over (
            partition by {{ employed }}.interview_id
            order by {{ days_away }} asc nulls last, reviews.period_end asc nulls last
        ) = 1
    )
{%- endmacro %}

{#- Why there is or is no review `months` after hiring: reviewed · not_hired · too_early · left_before · not_reviewed. -#}
{% macro review_state(months) -%}
    case
        when reviews_{{ months }}m.interview_id is not null then 'reviewed'
        when employed.interview_id is null then 'not_hired'
        when employed.left_on < {{ anniversary('employed', months) }}
            or employed.next_hired_on <= {{ anniversary('employed', months) }} then 'left_before'
        when run_day.today <= {{ anniversary('employed', months) }} + {{ var('review_window_days') }}
            then 'too_early'
        else 'not_reviewed'
    end
{%- endmacro %}
