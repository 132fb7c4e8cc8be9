{#- How DuckDB makes a table, in two statements of one transaction instead of the ten (a copy beside it, two renamings,
    a deletion) that an engine needs which cannot replace a table within a transaction: readers of other transactions
    see the one before, and so does everybody when it fails. -#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set before = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if before is not none and not before.is_table -%}
        {{ drop_relation_if_exists(before) }}
    {%- endif %}
    {% call statement("main") -%}
        {{ replaced_table(target, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% macro replaced_table(relation, sql) -%}
    {%- if config.get("contract").enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
        create or replace table {{ relation }} {{ get_table_columns_and_constraints() }};
        insert into {{ relation }} {{ get_column_names() }} (
            {{ get_select_subquery(sql) }}
        )
    {%- else -%}
        create or replace table {{ relation }} as (
            {{ sql }}
        )
    {%- endif %}
{%- endmacro %}

{#- The columns of a model against its contract: an increment makes the tables of the very project whose whole build
    has compared them (orchestration/build_plan.py), and asks DuckDB for the columns of no query again. -#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- if env_var("SCOREHOUSE_INCREMENT", "") == "" -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
