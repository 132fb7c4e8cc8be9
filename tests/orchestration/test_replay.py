"""Replays of a small home with two runs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import cli
from orchestration.replay.compare import replay
from orchestration.replay.show import to_json
from tests.orchestration.replayed_runs import INTERVIEWS, TwoRuns, make_two_runs
from warehouse.archive import ArchiveError, find_run
from warehouse.database_files import opened
from warehouse.publish import published_file
from warehouse.result_archive import results_of
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.vault import Vault

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> TwoRuns:
    return make_two_runs(tmp_path_factory.mktemp("two_runs"))


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, str]]:
    def call(home: Path, *words: str) -> tuple[int, str]:
        monkeypatch.setenv(HOME_VARIABLE, str(home))
        monkeypatch.setattr(sys, "argv", ["scorehouse", *words])
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return int(ending.value.code or 0), (out + err).decode()

    return call


@pytest.fixture
def damaged(two_runs: TwoRuns, tmp_path: Path) -> Iterator[TwoRuns]:
    yield two_runs.copied(tmp_path)


def composites(settings: Settings, run_id: str) -> dict[str, float | None]:
    results = results_of(settings, find_run(settings, run_id))
    return dict(zip(results["interview_id"].to_pylist(), results["composite_score"].to_pylist(), strict=True))


def change(database: Path, sql: str) -> None:
    database.chmod(0o600)
    # `<home>/published/<file>`, encrypted under a key of its home.
    with opened(Settings(home=database.resolve().parents[1]), database, read_only=False) as connection:
        connection.execute(sql)


def test_every_interview_of_both_runs_comes_out_again(two_runs: TwoRuns) -> None:
    for run_id in (two_runs.first, two_runs.second):
        everyone = list(composites(two_runs.settings, run_id))
        assert len(everyone) == INTERVIEWS
        done = replay(two_runs.settings, everyone, run_id=run_id)
        assert [outcome.interview_id for outcome in done.outcomes] == everyone
        assert {outcome.verdict for outcome in done.outcomes} == {"equal"}
        assert done.is_equal and done.is_same_code and done.is_file_there
        assert {"scored", "declined"} < {outcome.replayed["status"] for outcome in done.outcomes}


def test_the_two_runs_differ_where_they_should(two_runs: TwoRuns) -> None:
    before = composites(two_runs.settings, two_runs.first)
    after = composites(two_runs.settings, two_runs.second)
    assert sum(before[id_] != after[id_] for id_ in before) > INTERVIEWS / 2
    first, second = (find_run(two_runs.settings, run) for run in (two_runs.first, two_runs.second))
    assert first.weights_version != second.weights_version
    assert first.rubric_version != second.rubric_version
    assert first.last_arrival + 1 == second.last_arrival


def test_a_corrected_answer_changes_the_later_run_only(two_runs: TwoRuns) -> None:
    old, new = (two_runs.replayed(two_runs.corrected, run) for run in (two_runs.first, two_runs.second))
    assert old.verdict == new.verdict == "equal"
    assert old.replayed["composite_score"] > new.replayed["composite_score"]
    chars = [
        sorted(answer["text_chars"] for answer in side.replayed_record["answers"]) for side in (old, new)
    ]
    assert chars[0][0] > chars[1][0] == len("这道题我没有想好。")


def test_without_a_run_the_published_one_is_replayed(two_runs: TwoRuns) -> None:
    assert replay(two_runs.settings, [two_runs.corrected]).run.run_id == two_runs.second


def test_a_run_whose_file_is_gone_is_compared_with_the_archive(damaged: TwoRuns) -> None:
    published_file(damaged.settings, damaged.first).unlink()
    done = replay(damaged.settings, [], run_id=damaged.first, random=INTERVIEWS)
    assert done.is_equal and not done.is_file_there
    # Chosen at random is who has a result.
    assert len(done.outcomes) < INTERVIEWS
    assert {outcome.replayed["status"] for outcome in done.outcomes} <= {"scored", "insufficient"}
    assert all(outcome.published_record is None for outcome in done.outcomes)
    assert all(outcome.published == outcome.replayed for outcome in done.outcomes)


@pytest.mark.parametrize(
    "sql",
    [
        "update marts.interview_results set composite_score = composite_score + 0.01",
        "update marts.competency_scores set raw_score = raw_score + 1e-9",
        "update marts.answer_scores set evidence = []",
        "update marts.answer_scores set elements = []",
        "update marts.loss_points set points_lost = points_lost * 2",
        "delete from marts.loss_points",
    ],
)
def test_a_published_value_that_was_changed_is_found(damaged: TwoRuns, sql: str) -> None:
    change(
        published_file(damaged.settings, damaged.second), f"{sql} where interview_id = '{damaged.corrected}'"
    )
    outcome = damaged.replayed(damaged.corrected)
    assert outcome.verdict == "altered"
    assert outcome.differences
    others = [id_ for id_ in composites(damaged.settings, damaged.second) if id_ != damaged.corrected]
    assert replay(damaged.settings, others).is_equal


def test_a_changed_word_beside_the_scores_is_found_too(damaged: TwoRuns) -> None:
    file = published_file(damaged.settings, damaged.second)
    change(file, f"update marts.loss_points set advice_zh = '' where interview_id = '{damaged.corrected}'")
    outcome = damaged.replayed(damaged.corrected)
    assert outcome.verdict == "differs"
    assert {difference.column for difference in outcome.differences} == {"advice_zh"}


@pytest.mark.parametrize("column", ["composite_score", "answers_digest"])
def test_an_archived_result_that_was_changed_is_found(damaged: TwoRuns, column: str) -> None:
    run = find_run(damaged.settings, damaged.second)
    path = damaged.settings.archive / "results" / f"{run.stem}.parquet"
    table = pq.read_table(path)
    lifted = [
        value and value + (1.0 if isinstance(value, float) else b"!") for value in table[column].to_pylist()
    ]
    changed = pa.array(lifted, table.schema.field(column).type)
    pq.write_table(table.set_column(table.column_names.index(column), column, changed), path)
    assert damaged.replayed(damaged.corrected).verdict == "altered"
    published_file(damaged.settings, damaged.second).unlink()
    assert damaged.replayed(damaged.corrected, damaged.second).verdict == "differs"


def test_an_archived_seed_that_was_changed_or_lost_stops_the_replay(damaged: TwoRuns) -> None:
    run = find_run(damaged.settings, damaged.first)
    seed = damaged.settings.archive / "seeds" / run.seeds_folder / "role_weights.csv"
    seed.write_text(seed.read_text(encoding="utf-8").replace("25", "26", 1), encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"role_weights\.csv was changed since the run"):
        damaged.replayed(damaged.corrected, damaged.first)
    seed.unlink()
    with pytest.raises(ArchiveError, match=r"role_weights\.csv is missing: restore it"):
        damaged.replayed(damaged.corrected, damaged.first)
    assert damaged.replayed(damaged.corrected, damaged.second).verdict == "equal"


def test_archived_models_that_were_changed_or_lost_stop_the_replay(damaged: TwoRuns) -> None:
    path = damaged.settings.archive / "models" / f"{find_run(damaged.settings, damaged.first).models}.json"
    path.write_text(path.read_text(encoding="utf-8").replace("100 *", "101 *"), encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"archived models .* were changed"):
        damaged.replayed(damaged.corrected)
    path.unlink()
    with pytest.raises(ArchiveError, match=r"archived models .* are missing"):
        damaged.replayed(damaged.corrected)


def test_the_replay_rests_on_the_texts_and_not_on_the_scores_that_were_kept(damaged: TwoRuns) -> None:
    shutil.rmtree(damaged.settings.scores)
    shutil.rmtree(damaged.settings.build)
    damaged.settings.ensure()
    assert damaged.replayed(damaged.corrected).verdict == "equal"


def test_an_erased_person_cannot_be_replayed(damaged: TwoRuns) -> None:
    (row,) = damaged.replayed(damaged.corrected).replayed_record["result"]
    vault = Vault.open(damaged.settings)
    assert vault.erase([f"candidate:{row['candidate_id']}", f"interview:{damaged.corrected}"])
    outcome = damaged.replayed(damaged.corrected)
    assert outcome.verdict == "erased"
    assert outcome.published["composite_score"] is not None


def test_a_text_that_does_not_open_is_told_from_a_wrong_score(damaged: TwoRuns) -> None:
    for path in (damaged.settings.raw / "answers").glob("[!_]*.parquet"):
        table = pq.read_table(path)
        index = table.column_names.index("text_sealed")
        broken = pa.array([value and value[:-1] + b"\0" for value in table["text_sealed"].to_pylist()])
        pq.write_table(table.set_column(index, "text_sealed", broken), path)
    assert damaged.replayed(damaged.corrected).verdict == "damaged"


def test_unknown_interviews_and_runs_are_named(two_runs: TwoRuns) -> None:
    done = replay(two_runs.settings, ["nobody", two_runs.corrected])
    assert [outcome.verdict for outcome in done.outcomes] == ["unknown", "equal"]
    assert not done.is_equal
    with pytest.raises(ArchiveError, match=f"no archived run 'x'; the latest are {two_runs.second}"):
        replay(two_runs.settings, [two_runs.corrected], run_id="x")


def test_a_random_choice_can_be_repeated(two_runs: TwoRuns) -> None:
    chosen = replay(two_runs.settings, [], random=5)
    again = replay(two_runs.settings, [], random=5, seed=chosen.seed)
    ids = [outcome.interview_id for outcome in chosen.outcomes]
    assert ids == [outcome.interview_id for outcome in again.outcomes]
    assert len(set(ids)) == 5
    assert {outcome.replayed["status"] for outcome in chosen.outcomes} <= {"scored", "insufficient"}


def test_the_json_is_canonical_and_holds_both_sides(two_runs: TwoRuns) -> None:
    content = to_json(replay(two_runs.settings, [two_runs.corrected]))
    assert content == to_json(replay(two_runs.settings, [two_runs.corrected]))
    document = json.loads(content)
    again = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() + b"\n" == content
    (result,) = document["results"]
    assert result["published_record"] == result["replayed_record"]
    assert result["archived"] == result["replayed_digests"]
    assert "没有想好" not in content.decode()


@pytest.mark.parametrize("random", [1, 10, 100])
def test_random_results_of_a_larger_home_are_equal(demo_home: Settings, random: int) -> None:
    done = replay(demo_home, [], random=random)
    assert len(done.outcomes) == random
    assert done.is_equal


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--random", "2"], 0, "All 2 results"),
        (["--random", "2", "--words", "zh"], 0, "逐位一致"),
        (["nobody"], 1, "nobody: run"),
        ([" nobody\r\n"], 1, "nobody: run"),
        ([], 2, "Name interviews"),
        (["--random", "2", "--run", "never"], 1, "There is no archived run 'never'"),
    ],
)
def test_the_command_says_it_in_sentences(
    two_runs: TwoRuns, command: Callable[..., tuple[int, str]], words: list[str], code: int, told: str
) -> None:
    ended, said = command(two_runs.settings.home, "replay", *words)
    assert ended == code
    assert told in said
    assert "Traceback" not in said
