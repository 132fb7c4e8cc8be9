{#- What makes a build cheap on a day like any other: models whose rows belong to an interview keep those of
    the interviews that rest on the same inputs as in the build before (int_interview_inputs says which), and
    make the rest anew. orchestration/build_plan.py says when nothing can be kept. -#}

{#- The interviews to make anew, as a subquery: those that changed since the build before, and those of the
    months that a backfill names. Only for models that are incremental. -#}
{% macro changed_interviews() -%}
    (
        select inputs.interview_id
        from {{ ref('int_interview_inputs') }} as inputs
        where
            inputs.changed_by = '{{ invocation_id }}'
            {%- for month in env_var('SCOREHOUSE_MONTHS', '').split(',') if month %}
            or inputs.business_month = date '{{ month }}'
            {%- endfor %}
    )
{%- endmacro %}

{#- Limits a step to the interviews that changed, in a build that keeps the others; `clause`: where or and. -#}
{% macro only_changed(clause, column="interview_id", or_also="false") -%}
    {#- dbt learns the order of the models while it reads them, when no build is an increment yet. -#}
    {%- if not execute -%}{%- do ref('int_interview_inputs') -%}{%- endif -%}
    {%- if is_incremental() -%}
    {{ clause }} ({{ column }} in {{ changed_interviews() }}{{ " or " ~ or_also if or_also != "false" }})
    {%- endif -%}
{%- endmacro %}

{#- The same for models that place interviews among others: whoever is in a cohort with one that changed, came
    or went. -#}
{% macro only_touched_cohorts(clause) -%}
    {%- if not execute -%}{%- do ref('int_interview_inputs') -%}{%- endif -%}
    {%- if is_incremental() -%}
    {{ clause }} (role_id, scenario, quarter_start) in (
        select
            now.role_id,
            now.scenario,
            now.quarter_start
        from {{ ref('int_interviews') }} as now
        where now.interview_id in {{ changed_interviews() }}
        union
        select
            before.role_id,
            before.scenario,
            before.quarter_start
        from {{ this }} as before
        where before.interview_id in {{ changed_interviews() }}
    )
    {%- endif -%}
{%- endmacro %}

{#- The incremental strategy by_interview: rows of the interviews that changed go, whether or not new ones come,
    and so do rows of every other interview that the model made anew. -#}
{% macro get_incremental_by_interview_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments["dest_columns"] | map(attribute="name")) -%}
    delete from {{ arguments["target_relation"] }}
    where
        interview_id in {{ changed_interviews() }}
        or interview_id in (select made.interview_id from {{ arguments["temp_relation"] }} as made);

    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }}
{%- endmacro %}

{#- The digest (macros/engines) of all rows of a group, in whatever order they come. -#}
{% macro digest_of_rows(columns) -%}
    {{ digest(["count(*)", "bit_xor(" ~ digest(columns) ~ ")"]) }}
{%- endmacro %}
