{#- When a version of a row counts, in the order in which versions follow each other: by the export's own time, else by
    arrival; then in the order of arrival and of the file. Comparable as one value. -#}
{% macro version(row) -%}
    {{ packed({
        'version_at': 'coalesce(' ~ row ~ '._exported_at, ' ~ row ~ '._arrived_at)',
        'arrival_seq': row ~ '._arrival_seq',
        'row_number': row ~ '._row_number',
    }) }}
{%- endmacro %}

{#- The last time that each content of a source was sent again unchanged: ingestion drops such a row and notes when it
    came, so that an older version that arrives late does not pass for the latest. -#}
{% macro last_sightings(table) -%}
    select
        sightings._content_hash,
        max({{ version('sightings') }}) as last_version
    from {{ source('sightings', table) }} as sightings
    group by sightings._content_hash
{%- endmacro %}

{#- The latest version of each row key of a source; contents that were seen again are as late as their last sighting. -#}
{% macro latest_versions(table, key) -%}
    select kept.*
    from {{ source('raw', table) }} as kept
    left join ({{ last_sightings(table) }}) as seen_again on kept._content_hash = seen_again._content_hash
    qualify row_number() over (
        partition by kept.{{ key | join(", kept.") }}
        order by greatest({{ version('kept') }}, seen_again.last_version) desc, {{ version('kept') }} desc
    ) = 1
{%- endmacro %}

{#- Every time that a row of a source was seen: kept when its content was new, sighted when it came again unchanged. -#}
{% macro appearances(table) -%}
    {%- set seen = ['_exported_at', '_arrived_at', '_arrival_seq', '_row_number'] %}
    select
        {{ all_but('kept', seen) }},
        kept.{{ seen | join(", kept.") }}
    from {{ source('raw', table) }} as kept
    union all
    select
        {{ all_but('kept', seen) }},
        seen_again.{{ seen | join(", seen_again.") }}
    from {{ source('raw', table) }} as kept
    inner join {{ source('sightings', table) }} as seen_again on kept._content_hash = seen_again._content_hash
{%- endmacro %}
