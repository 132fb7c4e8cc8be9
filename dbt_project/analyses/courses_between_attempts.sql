-- zh: 两次面试之间上过课的人，进步是否更大？
-- en: Do people who took a course between two attempts improve more?
with returned as (
    select
        *,
        {{ list_size('course_ids') }} > 0 as took_course
    from {{ ref('reapplications') }}
    where not is_supplement
)

select
    took_course,
    count(*) as people_n,
    round({{ metric('return_gain') }}, 2) as mean_gain,
    round(stddev_samp(gain), 2) as sd_gain,
    round(avg(case when was_hired then 1 else 0 end), 3) as hired_share
from returned
group by took_course
order by took_course asc nulls last
