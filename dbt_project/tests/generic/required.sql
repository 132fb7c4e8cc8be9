{#- A returned row lacks a value in one of the columns. -#}
{% test required(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
where {{ columns | join(" is null or ") }} is null
{% endtest %}
