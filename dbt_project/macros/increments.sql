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

{#- dbt learns the order of the models while it reads them, when no build is an increment yet. -#}
{% macro after_the_inputs() -%}
    {%- if not execute -%}{%- do ref('int_interview_inputs') -%}{%- endif -%}
{%- endmacro %}

{#- Limits a step to the interviews that changed, in a build that keeps the others; `clause`: where or and. -#}
{% macro only_changed(clause, column="interview_id") -%}
    {{- after_the_inputs() -}}
    {%- if is_incremental() -%}
    {{ clause }} {{ column }} in {{ changed_interviews() }}
    {%- endif -%}
{%- endmacro %}

{#- The same for models whose rows belong to an answer and that compare it with others: also the answers whose
    question has another median than in the build before, or that are alike with others than then. -#}
{% macro only_touched_answers(clause) -%}
    {{- after_the_inputs() -}}
    {%- if is_incremental() or not execute -%}
    {%- set medians = ref('int_question_seconds') -%}
    {%- set norms = ref('int_answer_norms') -%}
    {%- set groups = ref('int_similar_groups') -%}
    {%- endif -%}
    {%- if is_incremental() -%}
    {{ clause }} (
        interview_id in {{ changed_interviews() }}
        or question_id in (
            select moved.question_id from {{ medians }} as moved
            where moved.changed_by = '{{ invocation_id }}'
        )
        or (question_id, lang) in (
            select
                moved.question_id,
                moved.lang
            from {{ norms }} as moved
            where moved.changed_by = '{{ invocation_id }}'
        )
        or (interview_id, question_id) in (
            select
                moved.interview_id,
                moved.question_id
            from {{ groups }} as moved
            where moved.changed_by = '{{ invocation_id }}'
        )
    )
    {%- endif -%}
{%- endmacro %}

{#- The same for models that place interviews among others: whoever is in a cohort with one that changed, came
    or went. -#}
{% macro only_touched_cohorts(clause) -%}
    {{- after_the_inputs() -}}
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
    {{ note_touched(arguments) }}

    delete from {{ arguments["target_relation"] }}
    where
        interview_id in {{ changed_interviews() }}
        or interview_id in (select made.interview_id from {{ arguments["temp_relation"] }} as made);

    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }}
{%- endmacro %}

{#- The strategy by_answer: the same, but of the interviews that did not change only the answers that the model made
    anew go. -#}
{% macro get_incremental_by_answer_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments["dest_columns"] | map(attribute="name")) -%}
    {{ note_touched(arguments, of='answers') }}

    delete from {{ arguments["target_relation"] }}
    where
        interview_id in {{ changed_interviews() }}
        or (interview_id, question_id) in (select interview_id, question_id from {{ arguments["temp_relation"] }});

    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }}
{%- endmacro %}

{#- The strategy by_version: rows of the interviews that changed stay beside the new ones, marked as gone, for
    the models that have to know what was. -#}
{% macro get_incremental_by_version_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments["dest_columns"] | map(attribute="name")) -%}
    update {{ arguments["target_relation"] }}
    set is_gone = true
    where interview_id in {{ changed_interviews() }};

    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }}
{%- endmacro %}

{#- The strategy by_link: links of answers that changed go, and so does every link that the model made anew;
    what it made without a similarity is no link any more. -#}
{% macro get_incremental_by_link_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments["dest_columns"] | map(attribute="name")) -%}
    {%- set key = "question_id, interview_id, other_interview_id" %}
    delete from {{ arguments["target_relation"] }}
    where
        interview_id in {{ changed_interviews() }}
        or other_interview_id in {{ changed_interviews() }}
        or ({{ key }}) in (select {{ key }} from {{ arguments["temp_relation"] }});

    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }}
    where similarity is not null
{%- endmacro %}

{#- The strategy replaced: nothing of the build before stays; the model knows by is_incremental() what it is for. -#}
{% macro get_incremental_replaced_sql(arguments) -%}
    create or replace table {{ arguments["target_relation"] }} as
    select * from {{ arguments["temp_relation"] }}
{%- endmacro %}

{#- The digest (macros/engines) of all rows of a group, in whatever order they come. -#}
{% macro digest_of_rows(columns) -%}
    {{ digest(["count(*)", "bit_xor(" ~ digest(columns) ~ ")"]) }}
{%- endmacro %}
