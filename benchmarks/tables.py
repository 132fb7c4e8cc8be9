"""Exports as large as a big employer's, as CSV and Parquet: generated, shaped like the demo's.

Texts, words and seeds are the demo's; everything else is drawn by DuckDB from a fixed seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

_LOCAL = "strftime({time}, '%Y-%m-%dT%H:%M:%S+08:00')"
_FROM = "timestamp '2025-01-01 09:00:00' + interval (row * 7) second"

VENDOR_SCORES = """
    select 'INT' || lpad((row // 4)::varchar, 8, '0') as interview_id,
           competencies[1 + row % len(competencies)] as competency_id,
           round(40 + random() * 60, 1) as score,
           ['acme', 'talentlens'][1 + row % 2] as vendor
    from range({rows}) as numbers (row), competencies
"""
EMPLOYEES = """
    select 'E' || lpad(row::varchar, 7, '0') as employee_id,
           case when random() < 0.7 then 'C' || lpad(row::varchar, 7, '0') end as candidate_id,
           ['张伟', '王芳', '李娜', '刘洋', '陈静', 'Anna Smith', 'Bo Li'][1 + floor(random() * 7)::int]
               || (row % 1000) as name,
           ['male', 'female'][1 + floor(random() * 2)::int] as gender,
           ['sales', 'rd', 'hr', 'ops'][1 + floor(random() * 4)::int] as department_id,
           ['sales_rep', 'rd_manager', 'software_engineer'][1 + floor(random() * 3)::int] as role_id,
           'E' || lpad(floor(random() * row / 10)::int::varchar, 7, '0') as manager_id,
           date '2012-01-01' + floor(random() * 4500)::int as hired_on,
           case when row % 5 = 0 then date '2024-06-01' + floor(random() * 300)::int end as left_on,
           case when row % 5 = 0 then ['personal', 'performance'][1 + row % 2] end as leaving_reason,
           round(5000 + random() * 40000) as monthly_salary,
           case when row % 5 = 0 then 'left' else 'active' end as status
    from range({rows}) as numbers (row)
"""
INTERVIEWS = f"""
    select 'INT' || lpad(row::varchar, 8, '0') as interview_id,
           'C' || lpad(floor(random() * {{rows}})::int::varchar, 7, '0') as candidate_id,
           ['sales_rep', 'rd_manager', 'software_engineer'][1 + floor(random() * 3)::int] as role_id,
           ['sales', 'rd', 'hr', 'ops'][1 + floor(random() * 4)::int] as department_id,
           'external' as scenario, 'B' || (row // 1000) as batch_id, 'completed' as status,
           {_LOCAL.format(time=_FROM)} as invited_at,
           {_LOCAL.format(time=f"{_FROM} + interval (random() * 90000) second")} as started_at,
           {_LOCAL.format(time=f"{_FROM} + interval (90000 + random() * 3000) second")} as completed_at,
           ['email', 'sms', 'wechat'][1 + floor(random() * 3)::int] as channel, 'video' as modality,
           floor(random() * 3)::int as interruptions, true as device_ok, random() < 0.5 as mock_done
    from range({{rows}}) as numbers (row)
"""
ANSWERS = """
    select 'INT' || lpad((row // 5)::varchar, 8, '0') as interview_id, 'q' || (1 + row % 5) as question_id,
           1 as attempt,
           texts[1 + floor(random() * len(texts))::int]
               || texts[1 + floor(random() * len(texts))::int] as text,
           'zh' as lang, round(30 + random() * 90, 1) as answer_seconds, false as skipped,
           round(random() * 10, 1) as pause_seconds
    from range({rows}) as numbers (row), texts
"""
QUERIES = {
    "vendor_scores": VENDOR_SCORES,
    "employees": EMPLOYEES,
    "interviews": INTERVIEWS,
    "answers": ANSWERS,
}


@dataclass(frozen=True)
class Export:
    """One generated file."""

    source: str
    path: Path
    rows: int

    @property
    def megabytes(self) -> float:
        """Size of the file."""
        return self.path.stat().st_size / 1e6


def write_export(source: str, rows: int, path: Path, demo_landing: Path, seeds: Path) -> Export:
    """Writes one file in the format of its ending; the same each time."""
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("select setseed(0.5)")
        database.execute(
            "create table competencies as select list(competency_id order by competency_id) as competencies"
            " from read_csv(?)",
            [str(seeds / "competencies.csv")],
        )
        if source == "answers":
            database.execute(
                "create table texts as select list(text order by text) as texts from (select distinct text"
                " from read_json(?, format = 'newline_delimited') where length(text) between 30 and 120)",
                [str(demo_landing / "answers" / "*.jsonl")],
            )
        database.execute(f"copy ({QUERIES[source].format(rows=rows)}) to '{path}'")
    return Export(source, path, rows)
