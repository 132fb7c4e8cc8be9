-- zh: 候选人在哪个渠道、哪一步流失？
-- en: In which channel and at which step do candidates drop out?
select
    coalesce(channel, 'unknown') as channel,
    count(*) as invited_n,
    round({{ metric('refusal_rate') }}, 3) as refusal_rate,
    round({{ metric('participation') }}, 3) as participation,
    round({{ metric('abandon_rate') }}, 3) as abandon_rate,
    round({{ metric('completion') }}, 3) as completion_rate,
    {{ metric('days_to_result') }} as days_to_result
from {{ ref('interview_results') }}
group by coalesce(channel, 'unknown')
order by invited_n desc, channel asc nulls last
