-- Consent by version of the notice and purpose, and who has none; `people_n` counts all people of the ledger.
with consents as (
    select consent_version, consent_purpose, state, began_local_date from marts.privacy_ledger where obligation = 'consent'
), counted as (
    select consent_version, consent_purpose, state, count(*) as n, min(began_local_date) as first_on, max(began_local_date) as last_on
    from consents
    group by all
)
select consent_version, consent_purpose, state, if(n < $fewest, null, n) as n, if(n < $fewest, null, first_on) as first_on,
    if(n < $fewest, null, last_on) as last_on, if(n < $fewest, null, 100 * n / sum(n) over ()) as percent
from counted
order by state = 'given', consent_version desc nulls first, n desc
