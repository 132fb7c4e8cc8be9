"""A home with generated people says so on every page; one without does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dashboards.visitors import Visitor

MARK = {"zh": "演示数据：人物与回答均为生成", "en": "generated people and answers"}


@pytest.mark.parametrize(("page", "lang"), [("overview", "zh"), ("candidate", "en"), ("health", "zh")])
def test_demo_data_are_marked(marts_home: Path, tmp_path: Path, visit: Visitor, page: str, lang: str) -> None:
    home = tmp_path / "home"
    shutil.copytree(marts_home, home, symlinks=True)
    (home / "truth.json").write_text("{}", encoding="utf-8")
    assert MARK[lang] in visit(home, page, lang=lang).caption[0].value


def test_real_data_are_not(marts_home: Path, visit: Visitor) -> None:
    assert MARK["zh"] not in visit(marts_home, "overview").caption[0].value
