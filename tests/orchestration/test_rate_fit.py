"""`scorehouse rate fit`, `predict` and `show` on files, with a real fit."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.rating.fitting import fit_into, predict_with
from orchestration.rating.inputs import Answers, read_answers, read_ratings
from orchestration.rating.model_folder import CARD_MD, MANIFEST, load
from orchestration.rating.outputs import PREDICTION_COLUMNS
from orchestration.rating.state_files import ARRAYS, STATE
from scoring_udfs.rating.grams import spelling_grams, unit_grams
from scoring_udfs.rating.units import units_of
from tests.orchestration.rate_command import Said, is_one_sentence
from warehouse.settings import Settings

POINTS = (
    "we read the logs of the failing service",
    "we ask the customer what changed since Monday",
    "we roll the release back before we search on",
    "we write a test that fails without the fix",
    "we tell the support team when it is safe again",
)
FILLERS = (
    "it was a long week for all of us",
    "the office was quiet that day",
    "my colleague had made some coffee",
    "nobody had slept very much",
    "outside it was raining again",
)
SECRET = "Przemyslaw Kowalczyk told me personally"


def made_ratings(count: int = 60, question: str = "incident") -> list[dict[str, object]]:
    """Answers that name some of five points and as many fillers as are missing: length tells nothing."""
    pick = random.Random(5)
    rows = []
    for number in range(count):
        hits = number % 6
        sentences = pick.sample(POINTS, hits) + pick.sample(FILLERS, 5 - hits)
        pick.shuffle(sentences)
        # Two answers hold what nobody else says.
        secret = f" {SECRET}." if number in (7, 13) else ""
        rows.append(
            {
                "question_id": question,
                "answer_id": f"a{number}",
                "text": ". ".join(sentences) + "." + secret,
                "rating": hits * 2,
                "gender": "fm"[number % 2],
            }
        )
    return rows


def write_lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    few = [{**row, "question_id": "few"} for row in made_ratings(6)]
    return write_lines(tmp_path_factory.mktemp("rated") / "ratings.jsonl", made_ratings() + few)


@pytest.fixture(scope="module")
def model(ratings: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("models") / "model"
    outcome = fit_into(folder, read_ratings(ratings, ["gender"]), seed=3)
    assert outcome.is_installed
    yield folder


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home").ensure()


def test_a_fit_says_what_was_installed_and_ends_with_0(
    house: Settings, rate: Callable[..., Said], ratings: Path, tmp_path: Path
) -> None:
    said = rate(house, "fit", "--input", str(ratings), "--out", str(tmp_path / "m"), "--group", "gender")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("1 of 2 questions have a model of their own")
    shown = rate(house, "show", str(tmp_path / "m"))
    assert shown.out.strip() == (tmp_path / "m" / CARD_MD).read_text(encoding="utf-8").strip()
    english = shown.out.partition("# Rating model card")[2]
    assert "| gender | f | 30 |" in english
    assert "(few)" in english


def test_the_same_ratings_give_the_same_bytes(ratings: Path, model: Path, tmp_path: Path) -> None:
    fit_into(tmp_path / "again", read_ratings(ratings, ["gender"]), seed=3)
    for name in (STATE, ARRAYS, MANIFEST, CARD_MD):
        assert (model / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_nothing_installed_ends_with_1_and_leaves_its_card(
    house: Settings, rate: Callable[..., Said], tmp_path: Path
) -> None:
    source = write_lines(tmp_path / "few.jsonl", made_ratings(20))
    said = rate(house, "fit", "--input", str(source), "--out", str(tmp_path / "m"))
    assert said.code == 1
    assert is_one_sentence(said.out) and str(tmp_path / "m" / CARD_MD) in said.out
    assert "50" in (tmp_path / "m" / CARD_MD).read_text(encoding="utf-8")
    refused = rate(
        house,
        "predict",
        "--model",
        str(tmp_path / "m"),
        "--input",
        str(source),
        "--out",
        str(tmp_path / "p.csv"),
    )
    assert refused.code == 1 and "only a card" in refused.err and is_one_sentence(refused.err)
    assert not (tmp_path / "p.csv").exists()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_predictions_keep_rows_and_order_in_every_format(
    suffix: str, house: Settings, rate: Callable[..., Said], model: Path, tmp_path: Path
) -> None:
    rows = [*reversed(made_ratings(8)), {"question_id": "new", "answer_id": "=1+1", "text": "x"}]
    source = write_lines(tmp_path / "answers.jsonl", rows + rows[:1])
    target = tmp_path / f"out{suffix}"
    said = rate(house, "predict", "--model", str(model), "--input", str(source), "--out", str(target))
    assert (said.code, said.err) == (0, "")
    assert "9 of 10 answers rated" in said.out
    found = predictions(target)
    assert [row["answer_id"] for row in found] == [*(f"a{n}" for n in range(7, -1, -1)), "=1+1", "a7"]
    assert all(tuple(row) == PREDICTION_COLUMNS for row in found)
    assert found[-2]["model"] == "none" and found[-2]["rating"] in (None, "")
    assert found[-2]["reason"] == "unknown_question"
    for row in (*found[:-2], found[-1]):
        assert float(row["low"]) <= float(row["rating"]) <= float(row["high"])
    assert found[0] == found[-1]
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["answers.jsonl", target.name, "home"])


def predictions(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, object]] = pq.read_table(path).to_pylist()
    return rows


def test_a_model_that_was_saved_predicts_as_the_one_that_was_fitted(model: Path, ratings: Path) -> None:
    answers = read_answers(ratings)
    one, other = predict_with(model, answers), predict_with(model, answers)
    assert one == other
    human = [row["rating"] for row in made_ratings()]
    predicted = one["rating"].to_pylist()[: len(human)]
    assert np.corrcoef(human, predicted)[0, 1] > 0.8


def test_ids_that_were_numbers_go_back_as_numbers(model: Path, tmp_path: Path) -> None:
    table = pa.table({"question_id": ["incident"] * 2, "answer_id": [12, 7], "text": ["a b c", "d e f"]})
    pq.write_table(table, tmp_path / "answers.parquet")
    found = predict_with(model, read_answers(tmp_path / "answers.parquet"))
    assert found["answer_id"].to_pylist() == [12, 7]
    assert found["question_id"].to_pylist() == ["incident"] * 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("predict", "--model", "{model}", "--input", "{rated}", "--out", "x.xlsx"), ".parquet"),
        (("predict", "--model", "{model}", "--input", "{rated}", "--out", "{rated}"), "input too"),
        (("predict", "--model", "{model}", "--out", "x.csv"), "--from-warehouse"),
        (
            ("predict", "--model", "nowhere", "--input", "{rated}", "--out", "x.csv"),
            "no rating model at nowhere",
        ),
        (("fit", "--input", "nowhere.csv", "--out", "m"), "nowhere.csv"),
        (("fit", "--input", "{rated}", "--from-warehouse", "--out", "m"), "either"),
        (("fit", "--input", "{rated}", "--out", "{model}/card.md"), "is a file"),
        (("fit", "--from-warehouse", "--out", "m"), "scorehouse build"),
        (("fit", "--from-warehouse", "--group", "gender", "--out", "m"), "lang"),
        (("show", "nowhere"), "no rating model at nowhere"),
    ],
)
def test_wrong_usage_is_one_sentence(
    words: tuple[str, ...],
    says: str,
    house: Settings,
    rate: Callable[..., Said],
    model: Path,
    ratings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = rate(house, *(word.format(model=model, rated=ratings) for word in words))
    assert said.code in (1, 2)
    assert says in said.err and is_one_sentence(said.err)


def test_a_changed_model_is_refused_in_one_sentence(
    house: Settings, rate: Callable[..., Said], ratings: Path, model: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in model.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / ARRAYS).write_bytes((copy / ARRAYS).read_bytes()[:-1] + b"?")
    said = rate(
        house, "predict", "--model", str(copy), "--input", str(ratings), "--out", str(tmp_path / "p.csv")
    )
    assert said.code == 1
    assert ARRAYS in said.err and "changed" in said.err and is_one_sentence(said.err)


def test_no_piece_of_an_answer_that_fewer_than_three_people_said_is_in_the_folder(
    model: Path, ratings: Path
) -> None:
    stored: set[int] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu":
            stored.update(int(number) for number in value.reshape(-1))
        elif hasattr(value, "__dataclass_fields__"):
            walk(vars(value))

    walk(load(model))
    texts = read_ratings(ratings).table["text"].to_pylist()
    rare: set[int] = set()
    for table in (unit_grams, spelling_grams):
        grams, counts = np.unique(table([units_of(text) for text in texts]).gram, return_counts=True)
        rare |= {int(gram) for gram in grams[counts < 3]}
        assert stored & {int(gram) for gram in grams[counts >= 3]}, "this test looks for the wrong hashes"
    assert len(rare) > 20
    assert len(stored & rare) == 0
    everything = b"".join(path.read_bytes() for path in model.iterdir() if path.name != ARRAYS)
    for word in ("Przemyslaw", "Kowalczyk", "personally", "coffee", "customer"):
        assert word.encode() not in everything


def test_who_got_which_rating_is_not_in_the_folder(tmp_path: Path) -> None:
    source = write_lines(
        tmp_path / "named.jsonl",
        [{**row, "answer_id": f"person-{row['answer_id']}"} for row in made_ratings()],
    )
    fit_into(tmp_path / "model", read_ratings(source))
    for path in (tmp_path / "model").iterdir():
        assert b"person-" not in path.read_bytes()


def test_groups_are_never_learnt_from(ratings: Path, model: Path, tmp_path: Path) -> None:
    fit_into(tmp_path / "without", read_ratings(ratings), seed=3)
    assert (tmp_path / "without" / STATE).read_bytes() == (model / STATE).read_bytes()
    assert (tmp_path / "without" / ARRAYS).read_bytes() == (model / ARRAYS).read_bytes()


def test_an_empty_table_of_answers_predicts_nothing(model: Path, ratings: Path) -> None:
    answers = read_answers(ratings)
    nothing = predict_with(model, Answers(answers.table.slice(0, 0)))
    assert nothing.num_rows == 0 and tuple(nothing.column_names) == PREDICTION_COLUMNS
