-- How long each class of records is kept, a row a rule; what the rules in force make of it together, and whether they contradict each other.
select field_class, jurisdiction, starts_with, min_days, max_days, is_legal_hold, is_in_force, keep_days, purge_days, is_class_on_hold,
    is_conflict, if($lang = 'zh', ground_zh, ground_en) as ground
from marts.retention_rules
order by is_conflict desc, is_in_force desc, list_position(['recordings', 'texts', 'scores', 'contact'], field_class) nulls last, field_class,
    jurisdiction
