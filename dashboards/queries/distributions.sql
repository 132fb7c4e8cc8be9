-- Scores of a competency in 5-point bins a role: the mart's rows for the whole time, else the same rule over the choice.
with {{ part('chosen_scores') }}, sized as (
    select role_id, count(*) as group_n from chosen group by role_id
), counted as (
    select role_id, cast(least(floor(composite_score / 5) * 5, 95) as integer) as bin_start, count(*) as n
    from chosen
    group by all
), rows as (
    select g.role_id, cast(b.bin as integer) as bin_start, coalesce(c.n, 0) as n, g.group_n,
        coalesce(c.n, 0) / g.group_n as share
    from sized g
    cross join (select unnest([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95]) as bin) b
    left join counted c on c.role_id = g.role_id and c.bin_start = b.bin
    union all
    select role_id, bin_start, n, group_n, share
    from marts.role_score_distributions
    where $department = 'all' and $quarter = 'all' and role_id <> 'all' and ($role = 'all' or role_id = $role)
        and scenario = $scenario and competency_id = $competency
)
select role_id, bin_start, bin_start + 5 as bin_end, bin_start + 2.5 as bin_middle, n, group_n, share
from rows
order by role_id, bin_start
