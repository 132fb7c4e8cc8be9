-- Refusers against people who were interviewed: how often their applications advanced, the difference with its 95 % interval, a row a
-- role and one for all. What the reader may not see is null.
select p.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, p.refusers_n, p.refusers_advanced_n, p.others_n, p.others_advanced_n,
    p.refusers_rate, p.others_rate, p.difference, p.ci_low, p.ci_high, p.ci_low <= 0 and p.ci_high >= 0 as is_unclear,
    if(p.refusers_n > 0, {{ wilson('p.refusers_advanced_n', 'p.refusers_n', '-') }}, null) as refusers_low,
    if(p.refusers_n > 0, {{ wilson('p.refusers_advanced_n', 'p.refusers_n', '+') }}, null) as refusers_high,
    if(p.others_n > 0, {{ wilson('p.others_advanced_n', 'p.others_n', '-') }}, null) as others_low,
    if(p.others_n > 0, {{ wilson('p.others_advanced_n', 'p.others_n', '+') }}, null) as others_high
from marts.refusal_parity p
left join marts.roles r on r.role_id = p.role_id
order by p.role_id <> 'all', p.refusers_n desc nulls last, p.role_id
