-- The interviews of the choice that a set of weights was used for, as a proposed set would score them, by the rules
-- of the composite, the grade and the recommendation. Rows of two kinds: `change` is what became of one group of
-- interviews, with the people of those that changed; `share` is a grade's share before or after.
with proposed as (
    select unnest(
        from_json($proposal, '[{"competency_id": "VARCHAR", "weight": "DOUBLE", "requirement": "DOUBLE"}]'), recursive := true
    )
), weights as (
    select *, fsum(weight) over () as total_weight from proposed where weight > 0
), held as (
    select min(valid_from) as valid_before
    from marts.role_requirements
    where role_id = $of_role and valid_from > cast($weight_set as date)
), interviews as (
    select i.*
    from marts.interview_results i
    cross join held h
    where i.role_id = $of_role and i.status in ('scored', 'insufficient')
        and ($department = 'all' or i.department_id = $department)
        and ($scenario = 'all' or i.scenario = $scenario)
        and ($quarter = 'all' or cast(i.quarter_start as varchar) = $quarter)
        and i.completed_local_date >= cast($weight_set as date)
        and (h.valid_before is null or i.completed_local_date < h.valid_before)
), weighed as (
    select i.interview_id,
        round(coalesce(fsum(w.weight) filter (where s.score is not null), 0) / nullif(max(w.total_weight), 0), 9) as coverage,
        cast(round(cast(
            fsum(w.weight * s.score) / nullif(fsum(w.weight) filter (where s.score is not null), 0) as decimal(18, 9)
        ), 2) as double) as composite_score,
        count(*) filter (where s.score is not null and w.requirement is not null) as requirements_n,
        count(*) filter (where round(s.score, 9) >= w.requirement) as requirements_met
    from interviews i
    cross join weights w
    left join marts.competency_scores s on s.interview_id = i.interview_id and s.competency_id = w.competency_id
    group by i.interview_id
), scored as (
    select interview_id, composite_score, requirements_met < requirements_n as is_below
    from weighed
    where coverage >= $coverage_minimum and composite_score is not null
), compared as (
    select i.interview_id, i.candidate_id, i.composite_score as score_before, s.composite_score as score_after,
        i.grade as grade_before, a.grade as grade_after, b.grade_rank as rank_before, a.grade_rank as rank_after,
        i.recommendation as recommendation_before,
        if(s.is_below, a.recommendation_below_requirement, a.recommendation) as recommendation_after,
        least(round(i.composite_score, 1), if(b.grade_rank = 1, 100, b.max_score - 0.1)) as shown_before,
        least(round(s.composite_score, 1), if(a.grade_rank = 1, 100, a.max_score - 0.1)) as shown_after
    from interviews i
    left join scored s on s.interview_id = i.interview_id
    left join marts.grades b on b.grade = i.grade
    left join marts.grades a
        on s.composite_score >= a.min_score and (s.composite_score < a.max_score or a.grade_rank = 1)
), moved as (
    select c.*, p.name,
        case
            when c.grade_before is not distinct from c.grade_after then 'same'
            when c.grade_before is null then 'gained'
            when c.grade_after is null then 'lost'
            when c.rank_after < c.rank_before then 'up'
            else 'down'
        end as move,
        c.recommendation_before is distinct from c.recommendation_after as is_advised_anew
    from compared c
    left join people.candidates p on p.candidate_id = c.candidate_id
), grouped as (
    select 'change' as kind, grade_before, grade_after, recommendation_before, recommendation_after, move, is_advised_anew,
        count(*) as n, count(*) filter (where score_before is distinct from score_after) as rescored_n,
        if(move = 'same' and not is_advised_anew, [], list({
            'interview_id': interview_id, 'candidate_id': candidate_id, 'name': name, 'score_before': score_before,
            'score_after': score_after, 'shown_before': shown_before, 'shown_after': shown_after
        } order by abs(coalesce(score_after, 0) - coalesce(score_before, 0)) desc, interview_id)) as people
    from moved
    group by grade_before, grade_after, recommendation_before, recommendation_after, move, is_advised_anew
), totals as (
    select count(*) as interviews_n, {{ metric('mean_score', {'composite_score': 'score_before'}) }} as mean_before,
        {{ metric('mean_score', {'composite_score': 'score_after'}) }} as mean_after
    from moved
), sides as (
    select 'before' as side, grade_before as grade from moved where grade_before is not null
    union all
    select 'after' as side, grade_after as grade from moved where grade_after is not null
), counted as (
    select s.side, g.grade, g.grade_rank, count(*) as n, sum(count(*)) over (partition by s.side) as group_n,
        sum(count(*)) over (partition by s.side order by g.grade_rank) as n_so_far
    from sides s
    join marts.grades g on g.grade = s.grade
    group by s.side, g.grade, g.grade_rank
)
select g.*, t.interviews_n, t.mean_before, t.mean_after, null as side, null as grade, null as grade_rank, null as group_n,
    null as share, null as share_before
from grouped g
cross join totals t
union all by name
select 'share' as kind, side, grade, grade_rank, n, group_n, n / group_n as share, (n_so_far - n) / group_n as share_before
from counted
order by kind, side desc, grade_rank, n desc, grade_before, grade_after, recommendation_before, recommendation_after
