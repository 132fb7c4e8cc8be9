-- zh: 哪些失分点让候选人丢分最多，应推荐哪门课程？
-- en: Which loss points cost candidates most, and which course helps?
select
    losses.role_id,
    losses.loss_zh,
    losses.loss_en,
    courses.name_zh as course_zh,
    courses.name_en as course_en,
    count(*) as answers_n,
    round(sum(losses.points_lost) / nullif(count(distinct losses.interview_id), 0), 2) as points_an_interview
from {{ ref('loss_points') }} as losses
left join {{ ref('reference_courses') }} as courses on losses.course_id = courses.course_id
where losses.points_lost > 0
group by losses.role_id, losses.loss_zh, losses.loss_en, courses.name_zh, courses.name_en
order by sum(losses.points_lost) desc, losses.role_id asc nulls last, losses.loss_en asc nulls last
limit 20
