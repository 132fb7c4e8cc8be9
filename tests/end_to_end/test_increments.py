"""The real way from landing to marts: an increment and a backfill of months give what a whole build gives."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import build_plan
from orchestration.archived_marts import archived_marts
from orchestration.build import build
from orchestration.definitions import BACKFILL_JOB, make_definitions
from orchestration.graph_run import dagster_instance
from orchestration.reporter import SilentReporter
from orchestration.run_archive import models_of_build
from warehouse.archive import find_run
from warehouse.database_files import CATALOG, attach, opened
from warehouse.publish import run_id_of
from warehouse.result_archive import results_of
from warehouse.result_records import digests_sql
from warehouse.settings import Settings
from warehouse.touched import noted_marts
from warehouse.vault import Vault

pytestmark = pytest.mark.slow
MONTHS = ("2025-07-01", "2025-09-01")
BETWEEN = "2025-08-01"
# Every build has its own; everything else is compared.
# The key of one person is destroyed without a word to the build: an erasure proper begins a whole one.
BEHIND = {"candidates"}
# Notes which build found what; numbers and pairs that hold within one build.
OF_A_BUILD = {
    *("int_interview_inputs", "int_similar_texts", "int_similar_pairs"),
    # What these say else stands in answer_signals and similar_answers.
    *("int_answer_norms", "int_question_seconds", "int_similar_groups"),
}
OF_THE_RUN = {"run_id", "published_at", "built_at", "waiting_hours"}
FACT = dg.AssetKey(["marts", "loss_points"])
LOSSES = """
    select strftime(date_trunc('month', results.completed_local_date), '%Y-%m-%d') as month,
           count(*) filter (where ends_with(losses.advice_en, '!')) as marked, count(*) as n
    from marts.loss_points as losses
    join marts.interview_results as results using (interview_id)
    group by month
"""


@dataclass(frozen=True)
class Builds:
    """One home built whole, then by an increment, by a backfill, and whole again; the databases of each."""

    settings: Settings
    increment: Path
    increment_ran: frozenset[str]
    backfill: Path
    whole: Path
    months_of_whole_build: frozenset[str]
    backfilled: frozenset[str]
    published: tuple[str, ...]


@pytest.fixture(scope="module")
def builds(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    folder = tmp_path_factory.mktemp("increments")
    shutil.copytree(demo_home.home, folder / "home", symlinks=True)
    settings = Settings(home=folder / "home")
    with dg.DagsterInstance.ephemeral() as instance:
        published = [build(settings, SilentReporter(), full_refresh=True, instance=instance).published.name]
        months = frozenset(instance.get_materialized_partitions(FACT))
        change(settings)
        published.append(build(settings, SilentReporter(), instance=instance).published.name)
        increment = kept(settings, folder / "increment.duckdb")
        ran = json.loads((settings.build / "target" / "run_results.json").read_text(encoding="utf-8"))
        mark_losses(settings)
        with dg.DagsterInstance.ephemeral() as empty:
            assert backfill(settings, empty).success
            backfilled = frozenset(empty.get_materialized_partitions(FACT))
        result = kept(settings, folder / "backfill.duckdb")
        published.append((settings.published / "current.duckdb").resolve().name)
        whole = build(settings, SilentReporter(), full_refresh=True)
        published.append(whole.published.name)
    yield Builds(
        settings,
        increment,
        frozenset(row["unique_id"] for row in ran["results"]),
        result,
        settings.build / "build.duckdb",
        months,
        backfilled,
        tuple(published),
    )


def kept(settings: Settings, path: Path) -> Path:
    shutil.copy(settings.build / "build.duckdb", path)
    return path


def change(settings: Settings) -> None:
    """A late interview with its answers, one that was another person's, and one whose texts are erased."""
    source = next((settings.landing / "interviews").glob("interviews_2025Q3*"))
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    number, person = header.index("面试编号"), header.index("候选人编号")
    late = [*rows[0][:number], "I-late", *rows[0][number + 1 :]]
    corrected = [*rows[1][:person], "C-other", *rows[1][person + 1 :]]
    with (settings.landing / "interviews" / "late.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, late, corrected])
    exported = next((settings.landing / "answers").glob("answers_2025Q3*")).read_text(encoding="utf-8")
    answers = [json.loads(line) for line in exported.splitlines()]
    again = [{**row, "interview_id": "I-late"} for row in answers if row["interview_id"] == rows[0][number]]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in again)
    (settings.landing / "answers" / "late.jsonl").write_text(lines, encoding="utf-8")
    answered = next(row["interview_id"] for row in answers if row["text"] and row["interview_id"] != "I-late")
    erase(settings, answered, next(row[person] for row in rows if row[number] == answered))


def erase(settings: Settings, interview_id: str, candidate_id: str) -> None:
    """Nobody can open the texts of an interview any more: they are scored again, as missing."""
    assert Vault.open(settings).erase([f"interview:{interview_id}", f"candidate:{candidate_id}"])
    for scored in (settings.scores / "answers").glob("[!_]*.parquet"):
        scored.unlink()


def mark_losses(settings: Settings) -> None:
    """Changes something in all months of a fact, behind the back of every build."""
    built = build_plan.read_note(settings)
    assert built is not None
    with opened(settings, settings.build / "build.duckdb", read_only=False) as connection:
        connection.execute("update marts.loss_points set advice_en = advice_en || '!'")
    build_plan.note(settings, built)


def backfill(settings: Settings, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """As Dagster's page starts it: for one month by its name, for several by the ends of their range."""
    job = make_definitions(settings, SilentReporter(), ()).resolve_job_def(BACKFILL_JOB)
    first = job.execute_in_process(instance=instance, partition_key=MONTHS[0], raise_on_error=False)
    if not first.success:
        return first
    tags = {"dagster/asset_partition_range_start": MONTHS[1], "dagster/asset_partition_range_end": MONTHS[1]}
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def rows_apart(
    settings: Settings, one: Path, other: Path, left_out: set[str], least: int = 60
) -> dict[str, int]:
    """How many rows of each mart stand in one database only."""
    with duckdb.connect() as connection:
        attach(connection, settings, one, "one", read_only=True)
        attach(connection, settings, other, "other", read_only=True)
        columns: dict[str, list[str]] = {}
        for schema, table, column in connection.execute(
            """
            select schema_name, table_name, column_name
            from duckdb_columns() join duckdb_tables() using (database_name, schema_name, table_name)
            where database_name = 'other' and schema_name in ('marts', 'people', 'intermediate')
            """
        ).fetchall():
            if table not in left_out and column not in OF_THE_RUN:
                columns.setdefault(f"{schema}.{table}", []).append(f'"{column}"')
        assert len(columns) > least
        apart = {}
        for name, names in columns.items():
            mine, theirs = (f"select {', '.join(names)} from {base}.{name}" for base in ("one", "other"))
            row = connection.execute(
                f"select count(*) from ((({mine}) except all ({theirs})) union all "
                f"(({theirs}) except all ({mine})))"
            ).fetchone()
            if row and row[0]:
                apart[name] = int(row[0])
        return apart


def test_an_increment_equals_a_whole_build_in_every_cell(builds: Builds) -> None:
    left_out = {*OF_A_BUILD, *BEHIND}
    assert rows_apart(builds.settings, builds.increment, builds.whole, left_out) == {}


def test_what_is_published_of_an_increment_is_what_was_built(builds: Builds) -> None:
    """Though only the rows were taken that it noted to have touched."""
    with opened(builds.settings, builds.increment) as connection:
        noted = noted_marts(connection, CATALOG)
    assert {"answer_scores", "competency_scores", "loss_points"} <= noted
    published = builds.settings.published / builds.published[1]
    assert rows_apart(builds.settings, builds.increment, published, set(), least=40) == {}


def test_an_increment_leaves_out_what_cannot_have_changed(builds: Builds) -> None:
    ran = {key.split(".")[2] for key in builds.increment_ran if not key.startswith("test.")}
    assert {"interview_results", "loss_points", "int_interview_inputs"} <= ran
    assert not {"roles", "stg_vendor_scores", "reference_roles", "int_role_weights"} & ran


def test_a_backfill_makes_exactly_its_months_anew(builds: Builds) -> None:
    with opened(builds.settings, builds.backfill) as connection:
        rows = {month: (marked, n) for month, marked, n in connection.execute(LOSSES).fetchall()}
    assert rows[BETWEEN][1] > 0
    for month, (marked, n) in rows.items():
        assert marked == (0 if month in MONTHS else n), month


def test_all_else_is_as_a_whole_build_makes_it(builds: Builds) -> None:
    marked = {*BEHIND, *OF_A_BUILD, "loss_points", "development_plans", "next_band_steps"}
    assert rows_apart(builds.settings, builds.backfill, builds.whole, marked) == {}


def test_dagster_knows_which_months_were_made(builds: Builds) -> None:
    assert {*MONTHS, BETWEEN} <= builds.months_of_whole_build
    assert builds.backfilled == set(MONTHS)


def test_a_build_by_the_command_stands_in_dagsters_lasting_records(builds: Builds) -> None:
    with dagster_instance(builds.settings) as lasting:
        event = lasting.get_latest_materialization_event(dg.AssetKey(["published", "marts"]))
        assert event is not None and event.asset_materialization is not None
        assert event.asset_materialization.metadata["file"].value == builds.published[-1]
        assert lasting.get_latest_materialization_event(FACT) is not None


def test_what_is_archived_of_an_increment_is_what_digests_of_all_its_rows_say(builds: Builds) -> None:
    """Only what differs from the marts published before was digested, from the second build on."""
    settings = builds.settings
    parts, _ = models_of_build(settings)
    run = find_run(settings, run_id_of(settings.published / builds.published[-1]))
    archived = results_of(settings, run)
    assert archived_marts(settings, parts) is not None
    with opened(settings, builds.whole) as connection:
        for part in parts:
            anew = dict(connection.execute(digests_sql(part, "marts")).fetchall())
            kept = zip(
                archived["interview_id"].to_pylist(), archived[f"{part.name}_digest"].to_pylist(), strict=True
            )
            assert {interview: digest for interview, digest in kept if digest} == anew


def test_each_of_them_was_published(builds: Builds) -> None:
    assert len(set(builds.published)) == 4
