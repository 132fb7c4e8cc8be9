-- Whose interviews the comments of an inbox are about.
select i.interview_id, i.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name
from marts.interview_results i
join (select unnest(string_split($ids, ',')) as interview_id) asked on asked.interview_id = i.interview_id
left join people.candidates c on c.candidate_id = i.candidate_id
left join marts.roles r on r.role_id = i.role_id
