"""Models keep to SQL that runs on DuckDB and on Spark; what differs stands in macros/engines/ only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.docs_site.compiled import compiled_manifest
from orchestration.docs_site.lineage import named_sources
from tests.dbt_project.made_home import copy_project
from tests.dbt_project.portable_sql import engine_words, objections
from warehouse.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
ENGINES = PROJECT / "macros" / "engines"
# dbt's own, of which another engine takes dbt's.
OF_DBT = {"get_assert_columns_equivalent"}


@pytest.mark.parametrize(
    "sql",
    [
        "select a, count(*) as n from t group by a order by n desc, a asc nulls last",
        "select * from t qualify row_number() over (partition by a order by b desc) = 1",
        "select percentile_cont(0.5) within group (order by x) as median from t",
        "select cast(date_trunc('quarter', day) as date) as quarter_start from t",
        "select x / nullif(n, 0) as share, x / 100 as part, x / (n + 3.8416) as low from t",
        "select sum(cast(x as decimal(38, 18))) filter (where x > 0) as total from t",
        "select a from s anti join t on s.a = t.a where a is distinct from b",
        "select lag(x) over w as before from t window w as (partition by a order by b asc nulls first)",
    ],
)
def test_what_both_engines_run_is_fine(sql: str) -> None:
    assert objections(sql) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select quantile_cont(x, 0.5) from t", "the function quantile_cont belongs to one engine"),
        ("select struct_pack(a := 1) as s from t", "the function struct_pack"),
        ("select list_transform(xs, lambda x: x + 1) from t", "Spark cannot read it"),
        ("select * from t order by a", "order by a: say nulls first or nulls last"),
        ("select first_value(x) over (partition by a order by b) from t", "order by b: say nulls first"),
        ("select x / n from t", "division by n: Spark stops at zero"),
        ("select x / sqrt(n) from t", "division by SQRT(n)"),
        ("select date_trunc('quarter', day) from t", "date_trunc gives a date in one engine"),
        ("select cast(x as hugeint) from t", "is not one of both engines"),
        ("select a, sum(x) from t group by all", "group by all: name the columns"),
        ("select a from s union all by name select a from t", "union by name: list the columns"),
        ("select * replace (a + 1 as a) from t", "* replace and * rename are DuckDB's"),
        ("select * from t pivot (sum(x) for a in (1, 2))", "pivot differs between the engines"),
        ("select s.a from s asof join t on s.at >= t.at", "asof join is not Spark's"),
        (
            "select count(*) filter (where a) over (partition by b) from t",
            "filter within over is not Spark's",
        ),
        ("select a from t qualify sum(b) > 1", "an aggregate in qualify is not Spark's"),
        (r"select regexp_extract(a, '\d+') from t", "a backslash in a text means something else in Spark"),
        ("select [1, 2] as xs from t", "a list in brackets is DuckDB's"),
        ("select * from t order by all", "order by all: name the columns"),
    ],
)
def test_what_one_engine_reads_otherwise_is_not(sql: str, said: str) -> None:
    assert any(said in sentence for sentence in objections(sql)), objections(sql)


def test_words_of_one_engine_are_found_in_jinja_too() -> None:
    text = "{{ stable(\"date_diff('day', a, b) / 2\") }}, {{ packed({'a': 'concat(x, y)'}) }} -- fsum(x)"
    assert engine_words(text, frozenset({"stable", "packed"})) == ["concat", "date_diff"]


@pytest.mark.slow
def test_every_model_and_example_is_sql_that_spark_runs_too(tmp_path: Path) -> None:
    """Compiled with the macros of the other engine, since those of DuckDB are taken away."""
    project = copy_project(tmp_path / "project", seeds=PROJECT / "seeds")
    (project / "macros" / "engines" / "duckdb.sql").unlink()
    manifest = compiled_manifest(project)
    found = {
        node["name"]: objections(re.sub(r'"(\w+)"', r"\1", named_sources(node["compiled_code"], manifest)))
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "analysis"}
    }
    assert len(found) >= 110
    assert {name: said for name, said in found.items() if said} == {}


def macro_names() -> frozenset[str]:
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT / "macros").rglob("*.sql")]
    return frozenset(name for text in texts for name in re.findall(r"{% macro (\w+)\(", text))


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in ("models", "analyses", "macros")
        for path in sorted((PROJECT / folder).rglob("*.sql"))
        if path.parent != ENGINES
    ],
    ids=lambda path: path.stem,
)
def test_words_of_one_engine_stand_in_the_engines_folder_only(path: Path) -> None:
    assert engine_words(path.read_text(encoding="utf-8"), macro_names()) == []


def test_every_dispatched_macro_speaks_both_engines() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in ENGINES.glob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", texts))
    named = set(re.findall(r"{% macro (\w+)\(", texts))
    assert dispatched
    for name in dispatched:
        assert {f"default__{name}", f"duckdb__{name}"} <= named, f"{name} lacks an engine"
    for name in named:
        is_of_an_engine = name.startswith(("default__", "duckdb__"))
        assert name.partition("__")[2] in dispatched | OF_DBT or not is_of_an_engine
    for path in (PROJECT / "macros").glob("*.sql"):
        assert "adapter.dispatch" not in path.read_text(encoding="utf-8"), f"{path.name}: macros/engines/"
