-- What the reader agreed to, refused and asked for, the latest first.
select obligation, began_at, began_local_date, consent_version, consent_purpose, answer_due, closed_at, state, receipt_hash
from marts.privacy_ledger
where obligation <> 'retention'
order by began_at desc nulls last, obligation_id
