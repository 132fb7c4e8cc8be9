-- Answers that are linked, directly or by way of others, are one group, named after its earliest
-- interview. Each round takes over the earliest name among the neighbours, then the name that its bearer has
-- by now; links lead to few first ones, so that a handful of rounds settles every group.
with links as (
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
        arg_max(both_ways.other_interview_id, (both_ways.similarity, both_ways.other_interview_id))
            as similar_interview_id,
        max(both_ways.similarity) as similarity,
        row_number() over (
            partition by both_ways.question_id
            order by interviews.completed_at, both_ways.interview_id
        ) as place
    from both_ways
    inner join {{ ref('int_interviews') }} as interviews on both_ways.interview_id = interviews.interview_id
    group by both_ways.question_id, both_ways.interview_id, interviews.candidate_id, interviews.completed_at
),

neighbours as (
    select
        members.question_id,
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

named_0 as (
    select
        question_id,
        place,
        place as first_place
    from members
),

{% for round in range(1, 7) -%}
heard_{{ round }} as (
    select
        named.question_id,
        named.place,
        least(min(named.first_place), min(adjacent.first_place)) as first_place
    from named_{{ round - 1 }} as named
    inner join neighbours on named.question_id = neighbours.question_id and named.place = neighbours.place
    inner join named_{{ round - 1 }} as adjacent
        on neighbours.question_id = adjacent.question_id and neighbours.other_place = adjacent.place
    group by named.question_id, named.place
),

named_{{ round }} as (
    select
        heard.question_id,
        heard.place,
        bearers.first_place
    from heard_{{ round }} as heard
    inner join heard_{{ round }} as bearers
        on heard.question_id = bearers.question_id and heard.first_place = bearers.place
),

{% endfor -%}
named as (
    select
        members.*,
        named_6.first_place,
        count(distinct members.candidate_id) over (
            partition by members.question_id, named_6.first_place
        ) as candidates_n
    from members
    inner join named_6 on members.question_id = named_6.question_id and members.place = named_6.place
)

select
    named.question_id,
    named.interview_id,
    first_ones.interview_id as group_id,
    named.candidates_n,
    named.similar_interview_id,
    named.similarity
from named
inner join members as first_ones
    on named.question_id = first_ones.question_id and named.first_place = first_ones.place
