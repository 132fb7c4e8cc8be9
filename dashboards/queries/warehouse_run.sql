-- The run that the published file belongs to.
select run_id, built_at, rubric_version, weights_version, data_as_of, interviews_n, scored_n, answers_n, quarantined_n
from marts.warehouse_run
