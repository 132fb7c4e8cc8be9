"""The version of the code covers what makes a score, all of it, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import kernel_code
from orchestration.kernel_code import code_version, scoring_sources

ROOT = Path(__file__).resolve().parents[2]


def names(sources: list[Path]) -> set[str]:
    return {str(source.relative_to(ROOT)) for source in sources}


def test_every_module_that_scoring_loads_is_covered() -> None:
    program = (
        "import json, sys, scoring_udfs.score, scoring_udfs.signals, scoring_udfs.rubric\n"
        "loaded = [m.__file__ for n, m in sys.modules.items() if n.partition('.')[0] == 'scoring_udfs']\n"
        "print(json.dumps(loaded))"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=ROOT)
    loaded = {Path(file) for file in json.loads(said.stdout)}
    assert loaded - set(scoring_sources()) == set()


def test_what_scores_nothing_is_not_covered() -> None:
    covered = names(scoring_sources())
    assert {"scoring_udfs/score.py", "scoring_udfs/match.py", "scoring_udfs/signals/features.py"} <= covered
    for other in (
        "catalogue",
        "trial",
        "improvement",
        "calibration",
        "answer_points",
        "rating",
        "rubric_check",
    ):
        assert not {name for name in covered if name.startswith(f"scoring_udfs/{other}")}, other


def test_a_changed_module_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "scoring_udfs"
    (room / "signals").mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "rubric": "",
        "score": "import numpy\nfrom scoring_udfs import deep\n",
        "deep": "from scoring_udfs.signals import deeper",
        "signals/__init__": "",
        "signals/deeper": "one = 1",
        "other": "",
    }.items():
        (room / f"{name}.py").write_text(text)
    monkeypatch.setattr(kernel_code, "_ROOM", room)
    assert [source.stem for source in scoring_sources()] == [
        *("__init__", "deep", "rubric", "score", "__init__", "deeper")
    ]
    code_version.cache_clear()
    first = code_version()
    (room / "other.py").write_text("more = 2")
    code_version.cache_clear()
    assert code_version() == first
    (room / "signals" / "deeper.py").write_text("one = 2")
    code_version.cache_clear()
    assert code_version() != first
    code_version.cache_clear()
