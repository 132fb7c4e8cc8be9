-- Answers that are linked, directly or by way of others, are one group, named after its earliest
-- interview. `changed_by` is the build that last found anything else of the answer; one that is alike no more
-- stays for a build, without a group.
{{ config(incremental_strategy='replaced') }}

with recursive links as (
    select * from {{ ref('int_similar_links') }}
),

both_ways as (
    select
        question_id,
        interview_id,
        other_interview_id,
        similarity
    from links
    union all
    select
        question_id,
        other_interview_id,
        interview_id,
        similarity
    from links
),

members as (
    select
        both_ways.question_id,
        both_ways.interview_id,
        interviews.candidate_id,
        max_by(both_ways.other_interview_id, {{ packed({
            'similarity': 'both_ways.similarity', 'id': 'both_ways.other_interview_id'
        }) }})
            as similar_interview_id,
        max(both_ways.similarity) as similarity,
        row_number() over (
            order by
                both_ways.question_id asc nulls last,
                interviews.completed_at asc nulls last,
                both_ways.interview_id asc nulls last
        ) as place
    from both_ways
    inner join {{ ref('int_interviews') }} as interviews on both_ways.interview_id = interviews.interview_id
    group by both_ways.question_id, both_ways.interview_id, interviews.candidate_id, interviews.completed_at
),

neighbours as {{ made_once() }} (
    select
        members.place,
        adjacent.place as other_place
    from both_ways
    inner join members
        on both_ways.question_id = members.question_id and both_ways.interview_id = members.interview_id
    inner join members as adjacent
        on
            both_ways.question_id = adjacent.question_id
            and both_ways.other_interview_id = adjacent.interview_id
),

-- From each member its place goes on to its neighbours as long as it is earlier than theirs; of several that
-- reach one member in a round the earliest goes on. Ends when no place reaches a member that is new to it.
reached as (
    select
        place,
        place as first_place
    from members
    union
    select
        neighbours.other_place as place,
        min(reached.first_place) as first_place
    from reached
    inner join neighbours
        on reached.place = neighbours.place and reached.first_place < neighbours.other_place
    group by neighbours.other_place
),

earliest as (
    select
        place,
        min(first_place) as first_place
    from reached
    group by place
),

named as (
    select
        members.*,
        earliest.first_place
    from members
    inner join earliest on members.place = earliest.place
),

sizes as (
    select
        first_place,
        count(distinct candidate_id) as candidates_n
    from named
    group by first_place
),

found as (
    select
        named.question_id,
        named.interview_id,
        first_ones.interview_id as group_id,
        sizes.candidates_n,
        named.similar_interview_id,
        named.similarity
    from named
    inner join members as first_ones on named.first_place = first_ones.place
    inner join sizes on named.first_place = sizes.first_place
)
{%- if is_incremental() %},

earlier as (
    select * from {{ this }}
    where group_id is not null
)

select
    found.*,
    coalesce(same.changed_by, '{{ invocation_id }}') as changed_by
from found
left join earlier as same
    on
        found.question_id = same.question_id
        and found.interview_id = same.interview_id
        and found.group_id = same.group_id
        and found.candidates_n = same.candidates_n
        and found.similar_interview_id = same.similar_interview_id
        and found.similarity = same.similarity
union all
select
    earlier.question_id,
    earlier.interview_id,
    null as group_id,
    null as candidates_n,
    null as similar_interview_id,
    null as similarity,
    '{{ invocation_id }}' as changed_by
from earlier
anti join found on earlier.question_id = found.question_id and earlier.interview_id = found.interview_id
{%- else %}

select
    found.*,
    'whole' as changed_by
from found
{%- endif %}
