-- The stages of the reader's own applications as they became known, a row a stage, the latest application first: the access policy shows
-- a candidate no others. A usual stage gets a code, any other stays as the recruiting system calls it.
with named as (
    select h.*, case
        when lower(h.stage) in ('申请', '投递', '已投递', 'applied', 'application') then 'applied'
        when lower(h.stage) in ('筛选', '简历筛选', 'screening') then 'screening'
        when lower(h.stage) in ('ai面试', 'ai 面试', 'ai interview') then 'ai_interview'
        when lower(h.stage) in ('复试', '二面', 'second round', 'second interview') then 'second_round'
        when lower(h.stage) in ('背景调查', '背调', 'background check') then 'background_check'
        when lower(h.stage) in ('录用', 'offer', 'offered') then 'offer'
        when lower(h.stage) in ('入职', '已入职', 'hired', 'onboarded') then 'hired'
        else h.stage
    end as stage_code
    from marts.application_history h
)
select n.application_id, n.stage_code as stage, max(n.version_number) as version_number,
    arg_max(n.role_id, n.version_number) as role_id,
    arg_max(if($lang = 'zh', r.name_zh, r.name_en), n.version_number) as role_name,
    arg_max(n.outcome, n.version_number) as outcome, min(n.applied_at) as applied_at,
    coalesce(min(n.stage_entered_at), min(n.valid_from)) as entered_at
from named n
left join marts.roles r on r.role_id = n.role_id
group by n.application_id, n.stage_code
order by max(min(n.applied_at)) over (partition by n.application_id) desc nulls last, n.application_id, min(n.version_number)
