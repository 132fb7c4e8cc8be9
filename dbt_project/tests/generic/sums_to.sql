{#- A returned row is a group whose measure does not add up to the total: a number, or an aggregate. -#}
{% test sums_to(model, measure, group_by, total, tolerance=0.000001) %}
select {{ group_by | join(", ") }}
from {{ model }}
group by {{ group_by | join(", ") }}
having abs(sum({{ measure }}) - {{ total }}) > {{ tolerance }}
{% endtest %}
