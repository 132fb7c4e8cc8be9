-- What is kept of each interview of the reader: which class of records, on what ground, until when.
with grounds as (
    select field_class, string_agg(if($lang = 'zh', ground_zh, ground_en), if($lang = 'zh', '；', '; ') order by jurisdiction) as ground
    from marts.retention_rules
    where is_in_force
    group by field_class
)
select p.interview_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, p.field_class, p.began_local_date, p.purge_due, p.purged_at,
    p.state, p.receipt_hash, g.ground
from marts.privacy_ledger p
left join marts.interview_results i on i.interview_id = p.interview_id
left join marts.roles r on r.role_id = i.role_id
left join grounds g on g.field_class = p.field_class
where p.obligation = 'retention'
order by p.began_at desc, p.interview_id, p.purge_due nulls last, p.field_class
