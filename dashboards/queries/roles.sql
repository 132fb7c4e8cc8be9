-- The roles that a reader may choose, with their department.
select role_id as id, if($lang = 'zh', name_zh, name_en) as name, department_id
from marts.roles
order by id
