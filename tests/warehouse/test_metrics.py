"""One definition a metric: every one runs, and whoever else holds the number holds the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboards.ask import FOLDER
from warehouse.database_files import opened
from warehouse.metrics import Metric, UnknownMetricError, all_metrics, render
from warehouse.settings import REPOSITORY, Settings

SETTINGS = Settings(home=Path("unused"))
METRICS = {metric.name: metric for metric in all_metrics(SETTINGS)}
RANGES = {
    "n": (0, float("inf")),
    "share": (0, 1),
    "points": (-100, 100),
    "of_five": (1, 5),
    "days": (0, 366),
    "yuan": (1_000, 200_000),
    "ratio": (0, 100),
}
# Aggregates that carry metrics: the columns of the metric's own mart that their rows are groups of, and
# the rows that stand for one group each.
GROUPS = {
    "quarterly_trends": (("role_id", "scenario", "quarter_start"), "role_id <> 'all' and scenario <> 'all'"),
    "role_score_summaries": (
        ("role_id", "scenario"),
        "competency_id = 'composite' and role_id <> 'all' and scenario <> 'all'",
    ),
    "batch_progress": (("batch_id",), "channel = 'all' and batch_id <> 'none'"),
    "grade_bands": (
        ("role_id", "scenario", "quarter_start", "grade"),
        "role_id <> 'all' and scenario <> 'all'",
    ),
    "requisition_shortlists": (("requisition_id",), "list_order = 1"),
}
CARRIED = [(metric.name, column) for metric in METRICS.values() for column in metric.carried_by]


@pytest.fixture(scope="module")
def marts(demo_home: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(demo_home, demo_home.published / "current.duckdb") as connection:
        yield connection


def test_there_are_the_metrics_that_people_ask_for() -> None:
    wanted = {
        *("mean_score", "pass_rate", "share_80", "participation", "completion", "abandon_rate"),
        *("days_to_result", "notify_late_share", "offer_acceptance", "supply_ratio"),
    }
    assert wanted <= set(METRICS)


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
def test_every_metric_runs_over_its_mart(marts: duckdb.DuckDBPyConnection, name: str) -> None:
    metric = METRICS[name]
    value, n = marts.execute(f"select {metric.sql}, {metric.n_sql} from marts.{metric.mart}").fetchone() or ()
    low, high = RANGES[metric.unit]
    assert n is not None and n >= 0
    assert value is None or low <= value <= high
    # The demo has data behind each of them.
    assert n > 0 and value is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_nothing_is_nothing(marts: duckdb.DuckDBPyConnection, name: str) -> None:
    metric = METRICS[name]
    value, _ = (
        marts.execute(f"select {metric.sql}, {metric.n_sql} from marts.{metric.mart} where false").fetchone()
        or ()
    )
    assert value == (0 if metric.kind == "count" else None)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column"), CARRIED)
def test_whoever_carries_a_metric_agrees_with_its_definition(
    marts: duckdb.DuckDBPyConnection, name: str, column: str
) -> None:
    compared = marts.execute(comparison(METRICS[name], column)).fetchall()
    assert compared
    for held, defined in compared:
        assert held == (None if defined is None else pytest.approx(defined, abs=2e-9))


def comparison(metric: Metric, column: str) -> str:
    """A query of what an aggregate holds beside what the definition gives, a row a group."""
    mart, held = column.split(".")
    if mart == "claims_observed":
        return (
            f"select (select observed from marts.claims_observed where claim_id = '{held}'), {metric.sql} "
            f"from marts.{metric.mart}"
        )
    keys, rows = GROUPS[mart]
    groups = ", ".join(keys)
    return (
        f"select held.{held}, defined.value from marts.{mart} as held "
        f"left join (select {groups}, {metric.sql} as value from marts.{metric.mart} group by {groups}) "
        f"as defined using ({groups}) where {rows.replace('list_order', 'held.list_order')}"
    )


def test_every_metric_is_named_and_described_in_both_languages() -> None:
    for metric in METRICS.values():
        for language in ("zh", "en"):
            assert metric.label[language].strip() and metric.description[language].strip(), metric.name
        assert re.search("[一-鿿]", metric.label["zh"]), f"{metric.name} has no Chinese name"
        assert not re.search("[一-鿿]", metric.label["en"] + metric.description["en"]), metric.name


def test_pages_compute_no_metric_of_their_own() -> None:
    """Means, medians and shares of composites and offers come from the definitions."""
    own = re.compile(
        r"(avg|median|stddev_samp)\s*\(\s*\w*\.?(composite_score|offer_monthly_salary|x\b)|avg\(cast\(",
        re.IGNORECASE,
    )
    for path in FOLDER.rglob("*.sql"):
        found = own.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.name} computes {found[0]}… itself: use {{{{ metric(…) }}}}"


def test_a_query_is_rendered_with_other_columns_where_it_says_so() -> None:
    renamed = "{'composite_score': 'score'}"
    rendered = render(f"{{{{ metric('share_80', {renamed}) }}}} of {{{{ metric_n('share_80') }}}}", SETTINGS)
    assert rendered == (
        "avg(case when score >= 80 then 1 else 0 end) filter (where score is not null)"
        " of count(*) filter (where composite_score is not null)"
    )


def test_a_metric_that_nobody_defined_is_an_error() -> None:
    with pytest.raises(UnknownMetricError, match="no metric 'nothing'"):
        render("select {{ metric('nothing') }}", SETTINGS)


def test_a_mark_that_moves_moves_the_metric(tmp_path: Path) -> None:
    """Also in a process that has rendered it before."""
    for part in ("dbt_project.yml", "macros"):
        origin = REPOSITORY / "dbt_project" / part
        copy = shutil.copytree if origin.is_dir() else shutil.copy
        copy(origin, tmp_path / part)
    settings = Settings(home=tmp_path, dbt_project=tmp_path)
    assert "composite_score >= 60" in render("{{ metric('pass_rate') }}", settings)
    project = tmp_path / "dbt_project.yml"
    project.write_text(re.sub("pass_mark: 60", "pass_mark: 65", project.read_text(encoding="utf-8")))
    assert "composite_score >= 65" in render("{{ metric('pass_rate') }}", settings)
    project.write_text(project.read_text(encoding="utf-8").replace("pass_mark:", "passing_mark:"))
    with pytest.raises(UnknownMetricError, match="no variable 'pass_mark'"):
        render("{{ metric('pass_rate') }}", settings)
