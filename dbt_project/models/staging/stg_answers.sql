-- Every version and attempt of an answer: int_answers_counted takes one of them, since "the highest
-- attempt, of equal ones the later file" and "the latest version" are one rule and one pass over the
-- largest table. Score files carry no digest of the content: sightings reach an answer by its address.
with scored_answers as (
    select * from {{ source('scores', 'answers') }}
),

seen_again as (
    {{ last_sightings('answers') }}
),

sighted_answers as (
    select
        kept._file_id,
        kept._row_number,
        max(seen_again.last_version) as last_version
    from {{ source('raw', 'answers') }} as kept
    inner join seen_again on kept._content_hash = seen_again._content_hash
    group by kept._file_id, kept._row_number
),

-- An answer that was seen again is as late as its last sighting.
versioned as (
    select
        scored_answers.*,
        greatest({{ version('scored_answers') }}, sighted_answers.last_version) as last_version
    from scored_answers
    left join sighted_answers
        on
            scored_answers._file_id = sighted_answers._file_id
            and scored_answers._row_number = sighted_answers._row_number
)

select
    interview_id,
    question_id,
    attempt,

    lang,
    text_fingerprint,

    answer_seconds,
    pause_seconds,
    text_chars,
    units,
    units_per_minute,

    is_skipped,
    is_missing,
    is_known_question,

    criteria,
    evidence,
    negated,

    phrase_density,
    function_share,
    longest_run,
    longest_clause,
    distinct_share,
    shingles,
    sketch_level,
    sketch_1,
    sketch_2,
    sketch_3,
    sketch_4,
    sketch_5,
    sketch_6,
    sketch_7,
    sketch_8,
    bands,

    _file_id,
    _row_number,
    {{ utc("last_version['version_at']") }} as _version_at,
    last_version['arrival_seq'] as _version_seq,
    last_version['row_number'] as _version_row
from versioned
