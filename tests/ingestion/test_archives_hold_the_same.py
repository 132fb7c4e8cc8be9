"""Whatever way files are packed, the same rows come out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingestion.house import House, json_lines
from tests.ingestion.packing import gzipped, zipped
from warehouse.settings import Settings

NAME = st.text(
    st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="/"), min_size=1, max_size=9
)
SCORE = st.fixed_dictionaries(
    {
        "interview_id": st.sampled_from(["I1", "I2", "I3", ""]),
        "competency_id": st.sampled_from(["logic", "能力"]),
        "score": st.sampled_from(["80", "85分", "120", ""]),
    }
)
TABLE = st.lists(SCORE, min_size=1, max_size=6).map(
    lambda rows: "".join([",".join(rows[0]) + "\n", *(",".join(row.values()) + "\n" for row in rows)])
)
EMPLOYEES = st.lists(st.sampled_from(["E1", "E2", ""]), min_size=1, max_size=4).map(
    lambda ids: json_lines(*({"工号": id_, "入职日期": "2020-01-01", "爱好": "围棋"} for id_ in ids))
)
FILES = st.dictionaries(NAME, TABLE | EMPLOYEES | st.just("no,known,header\n1,2,3\n"), min_size=1, max_size=4)


def taken(base: Path, files: dict[str, str | bytes]) -> dict[str, Any]:
    """What a warehouse holds after a pass, but for names, times and the order of arrival."""
    house = House(Settings(home=base).ensure())
    for name, content in files.items():
        house.drop("inbox", name, content)
    house.run()
    for entry in house.ledger():
        assert entry["rows_in"] == entry["kept"] + entry["duplicates"] + entry["quarantined"]
    columns = ("interview_id", "competency_id", "score", "employee_id", "hired_on", "_row_number", "_file_id")
    rows = {
        source: sorted(str([row.get(name) for name in columns]) for row in house.rows(source))
        for source in ("vendor_scores", "employees")
    }
    bad = {
        source: sorted(
            f"{row['file_id']} {row['row_number']} {row['reason']}" for row in house.quarantined(source)
        )
        for source in ("vendor_scores", "employees")
    }
    whole = sorted((entry["source"], entry["file_id"], entry["status"]) for entry in house.ledger())
    return {"rows": rows, "bad": bad, "files": whole}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_files_packed_in_any_way_come_to_the_same(files: dict[str, str]) -> None:
    # Named by their order, since that decides which of two equal rows is the duplicate.
    numbered = {f"{place}": content for place, content in enumerate(files.values())}
    with tempfile.TemporaryDirectory() as folder:
        plain = taken(Path(folder) / "plain", dict(numbered))
        packed: dict[str, dict[str, str | bytes]] = {
            "gz": {f"{name}.gz": gzipped(content) for name, content in numbered.items()},
            "zip": {"all.zip": zipped(numbered)},
            "zip of gz": {
                "all.zip": zipped({f"{name}.gz": gzipped(text) for name, text in numbered.items()})
            },
        }
        for way, contents in packed.items():
            assert taken(Path(folder) / way, contents) == plain, way


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_any_names_and_any_mixture_lose_no_file(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = taken(Path(folder) / "plain", {f"{place}": text for place, text in enumerate(files.values())})
        named = {"half.zip": zipped(files), **{f"{n}.csv": text for n, text in enumerate(files.values())}}
        mixed = taken(Path(folder) / "mixed", named)
    assert mixed["files"] == plain["files"], "the same contents once more change nothing"
