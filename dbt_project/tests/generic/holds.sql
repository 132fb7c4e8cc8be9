{#- A returned row contradicts the expression; an expression that is null counts as contradicted. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where ({{ expression }}) is not true
{% endtest %}
