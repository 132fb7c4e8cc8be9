chosen as (
    -- Scores of the competency in the choice, an interview a row; none where a mart has them for the whole time.
    select role_id, composite_score
    from marts.interview_results
    where $competency = 'composite' and status = 'scored' and not ($department = 'all' and $quarter = 'all')
        and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
    union all
    select s.role_id, s.score
    from marts.competency_scores s
    where s.competency_id = $competency and s.is_scored and s.score is not null and not ($department = 'all' and $quarter = 'all')
        and ($department = 'all' or s.department_id = $department) and ($role = 'all' or s.role_id = $role)
        and ($scenario = 'all' or s.scenario = $scenario)
        and ($quarter = 'all' or cast(s.quarter_start as varchar) = $quarter)
)
