-- Every numeric claim with what our own data say: first what they contradict, then what they support, then what they cannot tell.
select claim_id, article, if($lang = 'zh', claim_zh, claim_en) as claim, claimed, unit, comparison, observed, n, ci_low, ci_high, verdict,
    if($lang = 'zh', reason_zh, reason_en) as reason, count(*) over () as claims_n,
    count(*) filter (verdict = 'supported') over () as supported_n, count(*) filter (verdict = 'contradicted') over () as contradicted_n,
    count(*) filter (verdict = 'not_measurable') over () as unknown_n
from marts.claims_ledger
order by case verdict when 'contradicted' then 1 when 'supported' then 2 else 3 end, article, claim_id
