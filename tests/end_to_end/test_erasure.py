"""Somebody is erased: no file holds them, and the marts keep their totals where policy lets them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.state.balance import unbalanced_files
from orchestration.replay.compare import replay
from tests.conftest import build_in_memory
from tests.end_to_end.rotations import Rotations
from warehouse import erasure, query_shelf
from warehouse.archive import ArchiveError
from warehouse.database_files import attach
from warehouse.erasure.person import Person, find_person
from warehouse.marts import OPERATOR, Marts
from warehouse.publish import CURRENT
from warehouse.receipts import Receipt, receipts
from warehouse.settings import REPOSITORY, Settings
from warehouse.vault import Vault

pytestmark = pytest.mark.slow
TOTALS = """
    select count(*) as n, count(*) filter (where status = 'scored') as scored,
           round(sum(composite_score), 6) as points, count(distinct candidate_id) as people
    from interview_results
"""
QUARTERS = "select role_id, scenario, quarter_start, n, mean, p90 from quarterly_trends order by all"


@dataclass(frozen=True)
class Erased:
    """A home from which somebody was erased, before any further build."""

    settings: Settings
    person: Person
    texts: tuple[str, ...]
    receipt: Receipt
    before: tuple[list[dict[str, object]], list[dict[str, object]]]


def home_of(demo_home: Settings, folder: Path, policy: str | None = None) -> Settings:
    """A copy of the demo; with `policy` its classes of records are treated so on an erasure."""
    shutil.copytree(demo_home.home, folder / "home", symlinks=True)
    project = REPOSITORY / "dbt_project"
    if policy is not None:
        ignored = shutil.ignore_patterns("target", "logs")
        project = Path(shutil.copytree(project, folder / "dbt_project", ignore=ignored))
        seed = project / "seeds" / "retention_policy.csv"
        seed.write_text(seed.read_text(encoding="utf-8").replace(",pseudonymised,", f",{policy},"), "utf-8")
    return Settings(home=folder / "home", dbt_project=project)


def somebody(settings: Settings) -> tuple[Person, tuple[str, ...]]:
    """Who was interviewed, hired and written about, and what they answered."""
    (found,) = (
        Marts(settings)
        .query(
            "select outcomes.candidate_id from interview_outcomes as outcomes"
            " join interview_comments using (interview_id)"
            " where employee_id is not null and outcomes.candidate_id is not null order by 1 limit 1",
            viewer=OPERATOR,
        )
        .to_pylist()
    )
    person = find_person(settings, "candidate", found["candidate_id"])
    lines = [
        json.loads(line)
        for path in sorted((settings.landing / "answers").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    texts = {row["text"] for row in lines if row["interview_id"] in person.ids["interview"] and row["text"]}
    others = {row["text"] for row in lines if row["interview_id"] not in person.ids["interview"]}
    return person, tuple(sorted(texts - others))


def figures(settings: Settings) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The totals that a reader sees."""
    marts = Marts(settings)
    return (
        marts.query(TOTALS, viewer=OPERATOR).to_pylist(),
        marts.query(QUARTERS, viewer=OPERATOR).to_pylist(),
    )


def erased_from(settings: Settings) -> Erased:
    """Erases somebody, of whom an export and a log speak too."""
    person, texts = somebody(settings)
    (candidate,) = person.ids["candidate"]
    (settings.exports / "mine.csv").write_text(f"candidate_id\n{candidate}\n", encoding="utf-8")
    (settings.exports / "others.csv").write_text("role_id\nsales_rep\n", encoding="utf-8")
    with (settings.logs / "dbt.log").open("a", encoding="utf-8") as log:
        log.write(f"a row of {candidate} failed\n")
    query_shelf.remember(settings, "lin", f"select * from offers where candidate_id = '{candidate}'", 1, 0.1)
    query_shelf.remember(settings, "lin", f"from people.candidates where name = '{person.told[-1]}'", 1, 0.1)
    query_shelf.remember(settings, "lin", "select 1", 1, 0.1)
    before = figures(settings)
    return Erased(settings, person, texts, erasure.erase(settings, candidate, reason="by mail"), before)


@pytest.fixture(scope="module")
def kept(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erased]:
    yield erased_from(home_of(demo_home, tmp_path_factory.mktemp("kept")))


def contents(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Every file as it is on the disk, and what Parquet and DuckDB files say when they are opened."""
    for path in sorted(path for path in settings.home.rglob("*") if path.is_file() and not path.is_symlink()):
        name = str(path.relative_to(settings.home))
        yield name, path.read_bytes()
        if path.suffix == ".parquet":
            yield name, json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False).encode()
        if path.suffix == ".duckdb":
            with duckdb.connect() as connection:
                attach(connection, settings, path, "opened", read_only=True)
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where database_name = 'opened'"
                ).fetchall()
                for schema, table in tables:
                    rows = connection.execute(f'select * from opened."{schema}"."{table}"').fetchall()
                    yield name, json.dumps(rows, default=str, ensure_ascii=False).encode()


def holding(settings: Settings, words: tuple[str, ...]) -> set[str]:
    """The files that hold one of the words, as text or as JSON says it."""
    wanted = {form.encode() for word in words for form in (word, json.dumps(word)[1:-1])}
    return {name for name, content in contents(settings) if any(word in content for word in wanted)}


def test_no_file_holds_an_erased_person(kept: Erased) -> None:
    told = tuple(word for word in kept.person.told if "@" in word or word.isdigit())
    assert told and kept.texts and {"candidate", "employee", "interview"} <= set(kept.person.ids)
    assert holding(kept.settings, (*sorted(kept.person.all_ids), *told, *kept.texts)) == set()
    keys = Vault.open(kept.settings).known_keys(f"candidate:{id_}" for id_ in kept.person.ids["candidate"])
    assert keys == {}


def test_the_search_finds_a_person_who_was_not_erased(kept: Erased, demo_home: Settings) -> None:
    found = holding(demo_home, tuple(kept.person.ids["candidate"]))
    assert {name.split("/")[0] for name in found} >= {"raw", "published", "build", "landing"}


def test_kept_queries_that_name_an_erased_person_are_gone(kept: Erased) -> None:
    assert [ran.sql for ran in query_shelf.shelf_of(kept.settings, "lin").history] == ["select 1"]
    assert kept.receipt.counts["queries"] == 2


def test_readers_see_the_same_totals_at_once(kept: Erased) -> None:
    assert kept.receipt.manner == "pseudonymised"
    assert figures(kept.settings) == kept.before
    assert (kept.settings.exports / "others.csv").exists()
    assert len(list(kept.settings.published.glob("marts_*.duckdb"))) == 1


def test_the_next_build_counts_the_same_under_new_master_keys_and_shows_the_receipt(kept: Erased) -> None:
    reader, key = Marts(kept.settings), kept.settings.vault / "master.key"
    (asked,), before = reader.query(TOTALS, viewer=OPERATOR).to_pylist(), key.read_bytes()
    # The master key is changed all along, and nobody notices: not the build, not who has the marts open.
    with Rotations(kept.settings) as rotations:
        assert build_in_memory(kept.settings).changed
    assert (rotations.failed, rotations.done >= 3, key.read_bytes() != before) == ([], True, True)
    assert reader.query(TOTALS, viewer=OPERATOR).to_pylist() == [asked]
    assert figures(kept.settings) == kept.before
    assert unbalanced_files(kept.settings) == []
    ledger = (
        Marts(kept.settings)
        .query(
            f"select state, receipt_hash, closed_at from privacy_ledger"
            f" where obligation = 'erase' and candidate_id = '{kept.receipt.pseudonym}'",
            viewer=OPERATOR,
        )
        .to_pylist()
    )
    assert {(row["state"], row["receipt_hash"]) for row in ledger} == {("done", kept.receipt.receipt_hash)}
    told = tuple(word for word in kept.person.told if "@" in word or word.isdigit())
    assert holding(kept.settings, (*sorted(kept.person.all_ids), *told, *kept.texts)) == set()


def test_the_replay_of_an_erased_interview_says_so(kept: Erased) -> None:
    with pytest.raises(
        ArchiveError, match=r"^This interview was erased on 20\d\d-\d\d-\d\d: nothing is left"
    ):
        replay(kept.settings, [kept.person.ids["interview"][0]])


def test_a_receipt_proves_itself(kept: Erased) -> None:
    assert [one.receipt_id for one in receipts(kept.settings)] == [kept.receipt.receipt_id]
    assert kept.receipt.counts and kept.receipt.counts["raw_interviews"] == len(kept.person.ids["interview"])
    said = json.dumps(vars(kept.receipt), default=str, ensure_ascii=False)
    assert not any(word in said for word in (*kept.person.all_ids, *kept.person.told))


def test_where_policy_removes_scores_the_totals_shrink(demo_home: Settings, tmp_path: Path) -> None:
    settings = home_of(demo_home, tmp_path, "removed")
    removed = erased_from(settings)
    assert (removed.receipt.manner, removed.receipt.pseudonym) == ("removed", None)
    build_in_memory(settings)
    (before,), (after,) = removed.before[0], figures(settings)[0]
    count = len(removed.person.ids["interview"])
    assert (after["n"], after["people"]) == (int(str(before["n"])) - count, int(str(before["people"])) - 1)
    assert unbalanced_files(settings) == []
    told = tuple(word for word in removed.person.told if "@" in word or word.isdigit())
    assert holding(settings, (*sorted(removed.person.all_ids), *told, *removed.texts)) == set()
    assert (settings.published / CURRENT).resolve().exists()
