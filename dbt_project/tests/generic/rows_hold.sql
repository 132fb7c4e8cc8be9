{#- All that must hold for a mart or a seed, in one test: what dbt spends on a test is spent once. A returned
    row names a rule that is broken and how many rows, keys or groups break it.
      there    columns that are never empty
      keys     lists of columns of which no two rows have the same values; a key of one column may be empty
      refers   column → the column of another table that has each of its values; an empty one refers to nothing
      values   column → its possible values; empty is fine
      between  column → lowest and highest value; empty is fine
      sums     a measure that adds up to a total in every group, among the rows for which `where` holds
      holds    name → expression that is true for every row; one that is null is not -#}
{% test rows_hold(model, there=[], keys=[], refers={}, values={}, between={}, sums=[], holds={}) %}
{%- set of_rows = [] -%}
{%- for column in there -%}
    {%- do of_rows.append((column ~ " is never empty", column ~ " is null")) -%}
{%- endfor -%}
{%- for column, possible in values.items() -%}
    {%- do of_rows.append((
        column ~ " is one of " ~ possible | join(", "), column ~ " not in (" ~ literals(possible) ~ ")"
    )) -%}
{%- endfor -%}
{%- for column, ends in between.items() -%}
    {%- do of_rows.append((
        column ~ " is between " ~ ends[0] ~ " and " ~ ends[1],
        column ~ " not between " ~ ends[0] ~ " and " ~ ends[1]
    )) -%}
{%- endfor -%}
{%- for name, expression in holds.items() -%}
    {%- do of_rows.append((name | replace("_", " "), "(" ~ expression ~ ") is not true")) -%}
{%- endfor -%}

{%- set tested, counts = ["count(*) as rows_n"], [] -%}
{%- for rule, broken in of_rows -%}
    {%- do tested.append("count(*) filter (where " ~ broken ~ ") as broken_" ~ loop.index) -%}
    {%- do counts.append("select '" ~ rule ~ "' as rule, broken_" ~ loop.index ~ " as broken_n from counted") -%}
{%- endfor -%}
{%- for columns in keys -%}
    {%- do counts.append(counted_doubles(model, columns)) -%}
{%- endfor -%}
{%- for sum in sums -%}
    {%- set apart = "abs(sum(" ~ sum["measure"] ~ ") - " ~ sum["total"] ~ ") > " ~ sum.get("tolerance", 0.000001) -%}
    {%- set some = "where " ~ sum["where"] if "where" in sum -%}
    {%- set rule = sum["measure"] ~ " adds up to " ~ sum["total"] ~ " by " ~ sum["group_by"] | join(", ") -%}
    {%- do counts.append(counted_groups(rule, model, sum["group_by"], apart, some)) -%}
{%- endfor -%}
{%- for column, place in refers.items() -%}
    {%- do counts.append(counted_strays(model, column, place["to"], place["field"])) -%}
{%- endfor %}
with counted as (
    select {{ tested | join(", ") }}
    from {{ model }}
),

rules as (
    {{ counts | join("\n    union all\n    ") }}
)

select
    rule,
    broken_n
from rules
where broken_n > 0
{% endtest %}
