-- What arrived and what waits, with the exact columns of the published marts. A file a line, then groups of quarantined rows.
create temp table every as
from (values ('interviews', 1), ('answers', 1), ('vendor_scores', 7), ('human_ratings', 30), ('candidates', 1), ('applications', 1),
    ('requisitions', 7), ('employees', 7), ('performance_reviews', 7), ('assessments', 30), ('training_records', 30), ('promotions', 30),
    ('surveys', 7), ('comments', 7), ('privacy_requests', 1)) s (source, days);

create temp table arrived as
select source, source || '/' || name as file, substr(md5(source || name), 1, 16) as file_id, row_number() over (order by late desc, source, name) as arrival_seq,
    timestamp '2026-09-29 23:00' - to_days(late) as ingested_at, * exclude (source, name)
from (values
    ('interviews', 'interviews_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('answers', 'answers_2026Q3.jsonl', 'ingested', 400, 8, 0, 'JSON Lines', null, null),
    ('vendor_scores', 'vendor_scores_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('human_ratings', 'human_ratings_2026Q3.parquet', 'ingested', 400, 0, 0, 'Parquet', null, null),
    ('candidates', 'candidates_2026Q3.csv', 'ingested', 400, 25, 0, 'CSV, GB18030', null, null),
    ('candidates', 'photos.csv', 'rejected', 0, 0, 0, null, null, 'it is an image, not a table; export the table as CSV.'),
    ('applications', 'applications_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, GB18030, ;', null, null),
    ('applications', 'offers.csv', 'rejected', 0, 0, 3, 'CSV, UTF-8', null, 'it has no column for application_id.'),
    ('applications', 'offers.csv', 'ingested', 40, 0, 0, 'CSV, UTF-8', 'greenhouse/offers', null),
    ('requisitions', 'requisitions_2026Q3.xlsx', 'ingested', 400, 0, 0, 'XLSX, 1', null, null),
    ('employees', 'employees_2026Q2.csv', 'ingested', 380, 0, 91, 'CSV, GB18030', null, null),
    ('employees', 'employees_2026Q3.csv', 'ingested', 400, 31, 0, 'CSV, GB18030', null, null),
    ('performance_reviews', 'performance_reviews_2026Q3.csv', 'ingested', 400, 0, 9, 'CSV, UTF-8', null, null),
    ('assessments', 'assessments_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('training_records', 'training_records_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('promotions', 'promotions_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('surveys', 'surveys_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('comments', 'comments_2026Q3.csv', 'ingested', 400, 0, 0, 'CSV, UTF-8', null, null),
    ('greenhouse', 'users.csv', 'reference', 0, 0, 0, 'CSV, UTF-8', 'greenhouse/users', 'it is looked up by greenhouse/scorecards.'),
    ('greenhouse', 'sources.csv', 'ignored', 0, 0, 0, 'CSV, UTF-8', 'greenhouse/sources', 'nothing of it is needed.')
) f (source, name, status, rows_in, duplicates, late, format, profile, message)
where $interviews > 0;

create table marts.quarantine as
select a.source, a.file, a.file_id, q.first_row + 7 * i as row_number, q.column_name, q.value, q.code, replace(q.reason, '$', coalesce(q.value, 'the value')) as reason,
    '1-' || substr(md5(a.source), 1, 8) as contract_version, a.ingested_at as quarantined_at,
    if(i < q.released, 'released', 'open') as state,
    if(i < q.released, timestamp '2026-09-30 00:10', null) as released_at, if(i < q.released, q.how, null) as released_how, if(i < q.released, q.whom, null) as released_by
from (values
    ('answers_2026Q3.jsonl', 12, 3, 'answer_seconds', '-4', 'out_of_range', '''$'' is not above 0', 0, null, null),
    ('applications_2026Q3.csv', 5, 11, 'offer_monthly_salary', '面议', 'not_a_number', '''$'' is not a number', 2, 'file', 'applications/offers.csv'),
    ('employees_2026Q2.csv', 6, 5, 'status', '停薪留职', 'not_in_list', '''$'' is not one of active · leave · left', 6, 'contract', '1-2b1d0c77'),
    ('employees_2026Q3.csv', 14, 4, 'hired_on', '1/2/2025', 'date_order_unknown', '''$'' puts the day or the month first and nothing in the column tells which; name the order in the contract (date_order)', 0, null, null),
    ('employees_2026Q3.csv', 4, 110, 'employee_id', null, 'empty', 'the cell is empty, but the column is required', 0, null, null),
    ('employees_2026Q3.csv', 2, 151, null, null, 'field_count', '12 fields, but the header has 11', 0, null, null),
    ('employees_2026Q3.csv', 1, 190, null, null, null, 'an object has one key twice', 0, null, null)
) q (name, n, first_row, column_name, value, code, reason, released, how, whom)
join arrived a on a.file = a.source || '/' || q.name, range(q.n) t (i);

create table marts.ingest_health as
with entries as (
    select source, file_id, count(*) filter (released_how is distinct from 'contract') as quarantined, count(*) filter (state = 'open') as open_n,
        count(*) filter (state = 'released') as released from marts.quarantine group by all
), latest as (
    select source, max(ingested_at) as last_at from arrived where status = 'ingested' group by source
)
select a.source, a.file, a.file_id, a.arrival_seq, a.format, a.profile, a.status, a.rows_in::bigint as rows_in,
    a.rows_in - a.duplicates - coalesce(q.quarantined, 0) as kept, a.duplicates::bigint as duplicates, coalesce(q.quarantined, 0) as quarantined, true as is_balanced,
    coalesce(q.released, 0) as released, coalesce(q.open_n, 0) as open_quarantined,
    if(a.file like '%employees_2026Q3%', ['办公地点', '备注'], [])::varchar[] as new_columns, if(a.status = 'rejected' and a.file like '%offers%', ['application_id'], [])::varchar[] as missing_columns,
    if(a.file like '%employees_2026Q3%', ['办公地点', 'left_on'], null)::varchar[] as added_columns, if(a.file like '%employees_2026Q3%', ['职级'], null)::varchar[] as dropped_columns,
    if(a.file like '%employees_2026Q3%', ['部门 → 所属部门'], null)::varchar[] as renamed_columns, if(a.file like '%employees_2026Q3%', ['hired_on: date → text'], null)::varchar[] as retyped_columns,
    if(a.file like '%employees_2026Q3%', 'new: 办公地点, 备注; renamed: 部门 → 所属部门', null) as drift, a.message, a.ingested_at,
    e.days as expected_every_days, l.last_at as source_last_ingested_at, l.last_at is null or date '2026-09-30' > cast(l.last_at + interval 8 hour as date) + e.days as is_overdue,
    greatest(0, date_diff('day', cast(l.last_at + interval 8 hour as date) + e.days, date '2026-09-30'))::integer as days_overdue
from arrived a left join entries q using (source, file_id) left join every e using (source) left join latest l using (source);

create table marts.source_health as
with counted as (
    select source, count(*) filter (status = 'ingested') as files, count(*) filter (status = 'rejected') as files_rejected, sum(rows_in) as rows_in, sum(kept) as kept,
        sum(duplicates) as duplicates, sum(quarantined) as quarantined, sum(open_quarantined) as open_quarantined, bool_and(is_balanced) as is_balanced,
        max(ingested_at) filter (status = 'ingested') as last_at, arg_max(file, arrival_seq) filter (status = 'ingested') as last_file,
        arg_max(coalesce(drift, ''), arrival_seq) filter (status = 'ingested') as drift
    from marts.ingest_health group by source
), due as (
    select e.source, e.days, c.*, cast(coalesce(c.last_at, (select min(ingested_at) from arrived)) + interval 8 hour as date) + e.days as due_on
    from every e left join counted c using (source)
)
select source, days::integer as expected_every_days, last_file, last_at as last_ingested_at, cast(last_at + interval 8 hour as date) as last_ingested_local_date, due_on,
    last_at is null or date '2026-09-30' > due_on as is_overdue, greatest(0, date_diff('day', due_on, date '2026-09-30'))::integer as days_overdue,
    coalesce(files, 0) as files, coalesce(files_rejected, 0) as files_rejected, coalesce(rows_in, 0)::bigint as rows_in, coalesce(kept, 0)::bigint as kept,
    coalesce(duplicates, 0)::bigint as duplicates, coalesce(quarantined, 0)::bigint as quarantined, coalesce(open_quarantined, 0)::bigint as open_quarantined,
    coalesce(is_balanced, true) as is_balanced, nullif(drift, '') as drift
from due;
