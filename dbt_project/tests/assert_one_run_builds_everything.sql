-- A returned row says how many runs the build knows when that is not exactly one. Protects every version
-- number that the marts carry.
select count(*) as runs
from {{ ref('warehouse_run') }}
having count(*) <> 1
