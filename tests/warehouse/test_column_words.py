"""Every column of every mart says what it holds, in English and in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from warehouse.column_words import column_list
from warehouse.mart_words import marts_of
from warehouse.settings import REPOSITORY, Settings

PROJECT = REPOSITORY / "dbt_project"
CHINESE = re.compile(r"[一-鿿]")


def columns_of_models(project: Path) -> dict[tuple[str, str], dict[str, str]]:
    """What the yml of each mart's model says of its columns itself."""
    found = {}
    for path in sorted((project / "models" / "marts").rglob("*.yml")):
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for model in loaded.get("models") or ():
            for column in model.get("columns") or ():
                meta = (column.get("config") or {}).get("meta") or {}
                found[model["name"], column["name"]] = meta
    return found


def test_every_column_of_every_mart_is_described_in_both_languages(tmp_path: Path) -> None:
    marts = marts_of(Settings(home=tmp_path))
    lacking = [
        f"{mart.name}.{name} ({language})"
        for mart in marts.values()
        for name, column in mart.columns.items()
        for language, said in column.description.items()
        if not said or (language == "zh") != bool(CHINESE.search(said))
    ]
    assert len(marts) > 50
    assert not lacking, (
        "describe in the mart's yml (en) and in dbt_project/words/columns_zh.yml: " + ", ".join(lacking)
    )


def test_the_list_says_nothing_of_columns_that_no_mart_has() -> None:
    listed = column_list(PROJECT)
    own = columns_of_models(PROJECT)
    open_to_list = {place for place, meta in own.items() if not meta.get("description_zh")}
    by_mart = {(mart, name) for mart, names in listed.by_mart.items() for name in names}
    assert by_mart - open_to_list == set()
    assert set(listed.by_name) - {name for _, name in open_to_list - by_mart} == set()


def test_a_mart_s_own_words_go_before_the_list_and_its_mart_before_the_name() -> None:
    listed = column_list(PROJECT)
    assert listed.said("a_mart_of_tomorrow", "candidate_id") == listed.by_name["candidate_id"]
    assert listed.said("people_candidates", "candidate_id") == "候选人的编号。"
    assert listed.said("a_mart_of_tomorrow", "a_column_of_tomorrow") == ""


def test_each_chinese_description_is_a_sentence() -> None:
    listed = column_list(PROJECT)
    said = [*listed.by_name.values(), *(text for names in listed.by_mart.values() for text in names.values())]
    assert [text for text in said if not text.endswith("。")] == []


def test_a_project_without_a_list_has_an_empty_one(tmp_path: Path) -> None:
    assert column_list(tmp_path).said("m", "c") == ""
