-- The departments that a reader may choose.
select department_id as id, if($lang = 'zh', name_zh, name_en) as name
from marts.departments
order by id
