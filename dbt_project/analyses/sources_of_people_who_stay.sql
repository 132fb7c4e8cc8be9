-- zh: 哪些简历来源带来通过面试、入职并留下来的人？
-- en: Which résumé sources bring people who pass, are hired and stay?
select
    coalesce(resume_source, 'unknown') as resume_source,
    {{ metric_n('pass_rate') }} as scored_n,
    round({{ metric('mean_score') }}, 1) as mean_score,
    round({{ metric('pass_rate') }}, 3) as pass_rate,
    round({{ metric('hire_rate') }}, 3) as hire_rate,
    round({{ metric('offer_acceptance') }}, 3) as offer_acceptance,
    round({{ metric('retention_12m') }}, 3) as retention_12m,
    {{ metric_n('retention_12m') }} as retention_12m_n
from {{ ref('interview_outcomes') }}
group by coalesce(resume_source, 'unknown')
order by scored_n desc, resume_source asc nulls last
