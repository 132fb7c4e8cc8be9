-- What crosses a limit and asks somebody to do something, the most serious first.
select a.rule_key, a.subject_kind, a.subject_id, a.batch_id, a.role_id, a.value, a.threshold, a.unit, a.n, a.severity,
    cast(a.since as varchar) as since, a.next_page, if($lang = 'zh', a.name_zh, a.name_en) as name,
    if($lang = 'zh', a.sentence_zh, a.sentence_en) as sentence, if($lang = 'zh', a.advice_zh, a.advice_en) as advice,
    coalesce(if($lang = 'zh', r.name_zh, r.name_en), a.role_id) as role_name, b.first_invited_on
from marts.alerts a
left join marts.roles r on r.role_id = a.role_id
left join marts.batch_progress b on b.batch_id = a.batch_id and b.channel = 'all'
where a.state = 'firing' and ($department = 'all' or a.department_id is null or a.department_id = $department)
    and ($role = 'all' or a.role_id is null or a.role_id in ('all', $role))
order by a.severity <> 'serious', a.rule_key, a.since desc, a.subject_id
