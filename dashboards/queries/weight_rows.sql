-- What a set of weights says of each competency, then the competencies that the role's interviews measure besides.
with weighted as (
    select competency_id, weight, weight_share, requirement
    from marts.role_requirements
    where role_id = $of_role and cast(valid_from as varchar) = $weight_set
), measured as (
    select distinct competency_id
    from marts.competency_scores
    where role_id = $of_role and score is not null
)
select coalesce(w.competency_id, m.competency_id) as competency_id,
    coalesce(if($lang = 'zh', c.name_zh, c.name_en), w.competency_id, m.competency_id) as competency,
    coalesce(w.weight, 0) as weight, coalesce(w.weight_share, 0) as weight_share, w.requirement
from weighted w
full join measured m on m.competency_id = w.competency_id
left join marts.competencies c on c.competency_id = coalesce(w.competency_id, m.competency_id)
order by w.weight desc nulls last, competency_id
