{#- What lets a version of the marts be published, and a run be archived, without comparing every row with those
    of the build before (warehouse/touched.py). -#}

{#- Notes of which interviews a build takes rows of a mart away or makes them anew: those that changed, and those
    that the model made beside them; of the latter only the answers, where the rows are `of` answers (question_id;
    else null: all rows of the interview). The note is kept as long as the database, and holds nothing where the
    mart is made whole. Goes in front of what a strategy does. -#}
{% macro note_touched(arguments, of='interviews') -%}
    {%- set mart = arguments["target_relation"] -%}
    {%- if mart.schema == "marts" -%}
    {%- set log = api.Relation.create(
        database=mart.database, schema=target.schema, identifier="touched__" ~ mart.identifier
    ) %}
    create table if not exists {{ log }} (interview_id varchar, question_id varchar, build_id varchar);

    insert into {{ log }}
    select
        changed.interview_id,
        null as question_id,
        '{{ invocation_id }}' as build_id
    from {{ changed_interviews() }} as changed
    union
    select
        made.interview_id,
        {{ 'made.question_id' if of == 'answers' else 'null' }} as question_id,
        '{{ invocation_id }}' as build_id
    from {{ arguments["temp_relation"] }} as made
    {%- if of == 'answers' %}
    where made.interview_id not in {{ changed_interviews() }}
    {%- endif %};
    {%- endif -%}
{%- endmacro %}
