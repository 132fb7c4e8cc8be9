"""Seeds in which nothing is wrong, a folder to read them from, and the findings once something is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from scoring_udfs.rubric_check import Finding, check
from warehouse.seeds import read_what_can_be

TODAY = dt.date(2026, 9, 30)
CLEAN = {
    "competencies": "competency_id,name_zh,name_en\nlogic,逻辑,Logic\nteam,协作,Teamwork\n",
    "departments": "department_id,name_zh,name_en\nsales,销售部,Sales\n",
    "courses": "course_id,name_zh,name_en\nk,课程,Course\n",
    "roles": "role_id,name_zh,name_en,department_id,score_source\nrep,代表,Rep,sales,rubric\n",
    "role_weights": "role_id,competency_id,weight,requirement,valid_from\n"
    "rep,logic,60,70,2024-01-01\nrep,team,40,,2024-01-01\n",
    "questions": "question_id,rubric_id,role_id,scenario,text_zh,text_en,expected_seconds\n"
    "q1,r1,,external,问题一,Question one,60\nq2,r2,rep,external,问题二,Question two,60\n",
    "criteria": "rubric_id,criterion_id,competency_id,kind,weight,min_phrases,"
    "loss_zh,loss_en,advice_zh,advice_en,course_id\n"
    "r1,cause,logic,phrases,2,2,没有原因,No cause,可以说,You could say,k\n"
    "r1,help,team,phrases,1,1,没有互助,No help,可以说,You could say,k\n"
    "r1,order,logic,structure,1,,没有结构,No structure,可以说,You could say,\n"
    "r2,pace,logic,pace,1,,太快,Too fast,可以说,You could say,\n"
    "r2,share,team,phrases,1,1,没有分享,No sharing,可以说,You could say,\n",
    "phrases": "criterion_id,lang,phrase\n"
    "cause,zh,排查\ncause,zh,找到原因\ncause,en,traced back\ncause,en,root cause\n"
    "help,zh,主动补位\nhelp,en,stepped in\nshare,zh,共享\nshare,en,shared notes\n",
    "stage_cues": "stage,lang,phrase\n"
    "definition,zh,首先\ndefinition,en,at first\nsolution,zh,于是\nsolution,en,so we\n"
    "verification,zh,最后\nverification,en,in the end\n",
    "negation_cues": "lang,cue,kind\nzh,没有,cue\nzh,不,cue\nzh,不仅,exception\n"
    "en,not,cue\nen,failed to,cue\n",
    "pace_bands": "lang,outer_low,low,high,outer_high\nzh,100,200,300,400\nen,50,100,150,250\n",
    "grade_policy": "grade,min_score,max_score\nA,80,100\nB,0,80\n",
    "pay_policy": "grade,pay_min,pay_max,currency,valid_from\nA,18000,20000,CNY,2024-01-01\n",
    "recommendation_policy": "grade,recommendation\nA,advance\nB,not_now\n",
    "score_calibration": "competency_id,raw,calibrated\n",
}


def write(folder: Path) -> Path:
    """The clean seeds as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in CLEAN.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, seed: str, old: str, new: str) -> Path:
    """One piece of one file replaced; an empty `old` appends."""
    path = folder / f"{seed}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text, (seed, old)
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return folder


def findings(folder: Path, today: dt.date = TODAY) -> list[Finding]:
    """What the check says about a folder."""
    tables, faults = read_what_can_be(folder)
    return check(tables, faults, today)
