-- zh: 面试等级越高，入职后的绩效和留存是否越好？
-- en: Do people with a higher interview grade perform better once hired, and stay longer?
select
    outcomes.grade,
    count(distinct outcomes.employee_id) as hired_n,
    round({{ metric('performance_12m') }}, 1) as performance_12m,
    {{ metric_n('performance_12m') }} as performance_12m_n,
    round({{ metric('retention_12m') }}, 3) as retention_12m,
    {{ metric_n('retention_12m') }} as retention_12m_n
from {{ ref('interview_outcomes') }} as outcomes
inner join {{ ref('reference_grades') }} as grades on outcomes.grade = grades.grade
where outcomes.employee_link = 'hired'
group by outcomes.grade, grades.grade_rank
order by grades.grade_rank asc nulls last
