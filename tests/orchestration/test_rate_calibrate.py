"""`scorehouse rate calibrate`: what is proposed, what is refused, and that SQL reads the knots as we do."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pyarrow as pa
import pytest

from orchestration.rating.calibrating import calibrate, current_knots, rated_of, read_rated, seed_text
from orchestration.rating.errors import RatingInputError
from orchestration.rating.proposing import Proposal
from scoring_udfs.calibration import Knots, fit_knots
from tests.orchestration.rate_command import Said, is_one_sentence
from warehouse.errors import UsageError
from warehouse.seeds import read_seeds
from warehouse.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
MODELS = REPOSITORY / "dbt_project" / "models" / "intermediate"
COMPETENCY = "communication"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """An empty home, with policies of its own that may be changed."""
    project = tmp_path / "dbt_project"
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", project / "seeds")
    shutil.copy(REPOSITORY / "dbt_project" / "dbt_project.yml", project)
    return Settings(tmp_path / "home", project).ensure()


def rated_file(path: Path, count: int = 120, competency: str = COMPETENCY, lenient: float = 15.0) -> Path:
    """Ratings on a scale of 1 to 5 that say `lenient` points more than the raw scores, with some noise."""
    rng = np.random.default_rng(11)
    raw = rng.uniform(20, 80, count).round(2)
    rating = 1 + np.clip(raw + lenient + rng.normal(0, 3, count), 0, 100) / 25
    lines = [f"{competency},{one!r},{other:.4f}" for one, other in zip(raw.tolist(), rating, strict=True)]
    path.write_text("competency_id,raw,rating\n" + "\n".join(lines) + "\n")
    return path


def outcome_of(house: Settings, path: Path, least: int = 50) -> tuple[str, Knots]:
    (outcome,), _ = calibrate(read_rated(path, (1, 5)), house, least)
    return outcome.verdict, outcome.knots


def test_lenient_raters_lift_the_scores_on_the_scale_of_the_scores(house: Settings, tmp_path: Path) -> None:
    verdict, knots = outcome_of(house, rated_file(tmp_path / "r.csv"))
    assert verdict == "proposed"
    assert knots(np.array([30.0, 50.0, 70.0])) == pytest.approx([45, 65, 85], abs=3)


def test_few_ratings_change_nothing(house: Settings, tmp_path: Path) -> None:
    assert outcome_of(house, rated_file(tmp_path / "r.csv", 49)) == ("few_ratings", Knots((), ()))
    assert outcome_of(house, rated_file(tmp_path / "r.csv", 49), least=40)[0] == "proposed"


def test_raters_who_agree_with_the_rules_change_nothing(house: Settings, tmp_path: Path) -> None:
    assert outcome_of(house, rated_file(tmp_path / "r.csv", lenient=0)) == ("not_better", Knots((), ()))


def test_a_competency_that_the_seeds_do_not_know_gets_no_knots(house: Settings, tmp_path: Path) -> None:
    assert outcome_of(house, rated_file(tmp_path / "r.csv", competency="charm"))[0] == "unknown_competency"


def test_other_competencies_keep_the_knots_that_they_have(house: Settings, tmp_path: Path) -> None:
    seed = house.seeds / "score_calibration.csv"
    seed.write_text("competency_id,raw,calibrated\nlogic,0,5\nlogic,100,95\n")
    _, knots = calibrate(read_rated(rated_file(tmp_path / "r.csv"), (1, 5)), house, 50)
    assert knots["logic"] == Knots((0.0, 100.0), (5.0, 95.0))
    assert set(knots) == {"logic", COMPETENCY}


def test_knots_that_already_say_the_same_are_not_proposed_again(house: Settings, tmp_path: Path) -> None:
    rated = read_rated(rated_file(tmp_path / "r.csv"), (1, 5))
    _, knots = calibrate(rated, house, 50)
    (house.seeds / "score_calibration.csv").write_text(seed_text(knots))
    assert calibrate(rated, house, 50)[0][0].verdict == "not_better"


def test_several_raters_of_an_interview_are_one_unit(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("competency_id,raw,rating,interview_id\nc,50,1,i\nc,50,3,i\nc,70,5,k\n")
    units = read_rated(path, (1, 5))["c"]
    assert units.raw.tolist() == [50, 70]
    assert units.rating.tolist() == [25, 100]
    assert units.raters.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("c,50,6", "row 2, column rating: 6 is not on the scale 1 to 5"),
        ("c,101,3", "row 2, column raw: 101 is not between 0 and 100"),
        ("c,x,3", "row 2, column raw"),
        (",50,3", "row 2, column competency_id"),
    ],
)
def test_a_wrong_row_is_named(row: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"competency_id,raw,rating\nc,50,3\n{row}\n")
    with pytest.raises(RatingInputError, match=re.escape(says)):
        read_rated(path, (1, 5))


def as_sql(model: str) -> str:
    """A model's own SQL, its inputs being tables of the same names."""
    macros = (REPOSITORY / "dbt_project" / "macros" / "numbers.sql").read_text(encoding="utf-8")
    text = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
    return jinja2.Template(macros + text).render(ref=lambda name: name, only_changed=lambda *_: "")


def calibrated_by_sql(seed: Path, raw: np.ndarray) -> np.ndarray:
    """What the models make of raw scores of interviews numbered from 0."""
    with duckdb.connect() as connection:
        connection.execute("create table score_calibration as from read_csv(?, header = true)", [str(seed)])
        scores = pa.table(
            {
                "interview_id": np.arange(len(raw)),
                "competency_id": [COMPETENCY] * len(raw),
                "weight": np.ones(len(raw)),
                "h": raw / 100,
            }
        )
        connection.register("int_criteria_scored", scores)
        connection.execute(
            "create table int_interviews as select distinct interview_id, 'clerk' as role_id, "
            "true as is_completed, date '2025-06-30' as completed_local_date, "
            "'rubric' as score_source from int_criteria_scored"
        )
        connection.execute(
            "create table int_role_weights (role_id text, competency_id text, weight double, "
            "requirement double, valid_from date, valid_before date)"
        )
        connection.execute(
            "create table stg_vendor_scores (interview_id int, competency_id text, score double)"
        )
        connection.execute(f"create view int_calibration_segments as {as_sql('int_calibration_segments')}")
        found = connection.execute(
            f"select score from ({as_sql('int_competency_scores')}) order by interview_id"
        ).fetchnumpy()
    return np.asarray(found["score"])


def test_the_models_read_the_knots_as_a_line_flat_outside(house: Settings, tmp_path: Path) -> None:
    _, knots = calibrate(read_rated(rated_file(tmp_path / "r.csv", 300), (1, 5)), house, 50)
    (house.seeds / "score_calibration.csv").write_text(seed_text(knots))
    line = current_knots(read_seeds(house.seeds)["score_calibration"])[COMPETENCY]
    assert line == knots[COMPETENCY]
    raw = np.unique(np.concatenate([np.linspace(0, 100, 801), line.raw]))
    by_sql = calibrated_by_sql(house.seeds / "score_calibration.csv", raw)
    assert by_sql == pytest.approx(np.interp(raw, line.raw, line.calibrated), abs=1e-9)
    assert by_sql[0] == line.calibrated[0] and by_sql[-1] == line.calibrated[-1]


def test_jumps_and_knots_at_the_ends_are_read_alike(house: Settings) -> None:
    raw = np.repeat([0.0, 33.3, 33.4, 100.0], 5)
    line = fit_knots(raw, np.repeat([10.0, 20.0, 60.0, 90.0], 5))
    seed = house.seeds / "score_calibration.csv"
    seed.write_text(seed_text({COMPETENCY: line}))
    grid = np.linspace(0, 100, 1001)
    assert calibrated_by_sql(seed, grid) == pytest.approx(
        np.interp(grid, line.raw, line.calibrated), abs=1e-9
    )


def test_nothing_is_changed_without_a_word(
    house: Settings, rate: Callable[..., Said], tmp_path: Path
) -> None:
    path = rated_file(tmp_path / "r.csv")
    before = (house.seeds / "score_calibration.csv").read_bytes()
    said = rate(house, "calibrate", "--input", str(path), "--scale", "1", "5")
    assert said.code == 0
    assert "proposed" in said.out and "competency_id,raw,calibrated" in said.out
    assert "Nothing was changed" in said.out
    assert (house.seeds / "score_calibration.csv").read_bytes() == before


def test_a_proposal_is_written_with_its_card_in_both_languages(
    house: Settings, rate: Callable[..., Said], tmp_path: Path
) -> None:
    path, target = rated_file(tmp_path / "r.csv"), tmp_path / "out" / "proposal.csv"
    said = rate(house, "calibrate", "--input", str(path), "--scale", "1", "5", "--out", str(target))
    assert said.code == 0
    card = target.with_suffix(".card.md").read_text(encoding="utf-8")
    assert card.index("评分校准卡") < card.index("Calibration card")
    facts = json.loads(target.with_suffix(".card.json").read_text())
    assert facts["competencies"][0]["units"] == 120
    assert target.read_text().startswith(f"competency_id,raw,calibrated\n{COMPETENCY},")


def test_installing_keeps_the_old_seed(house: Settings, rate: Callable[..., Said], tmp_path: Path) -> None:
    seed = house.seeds / "score_calibration.csv"
    seed.write_text("competency_id,raw,calibrated\nlogic,0,5\nlogic,100,95\n")
    path = rated_file(tmp_path / "r.csv")
    said = rate(house, "calibrate", "--input", str(path), "--scale", "1", "5", "--install")
    assert said.code == 0
    (backup,) = house.exports.glob("score_calibration_before_r-*.csv")
    assert backup.read_text() == "competency_id,raw,calibrated\nlogic,0,5\nlogic,100,95\n"
    assert set(read_seeds(house.seeds)["score_calibration"]["competency_id"].to_pylist()) == {
        "logic",
        COMPETENCY,
    }


def test_a_seed_with_columns_of_somebody_is_left_alone(house: Settings, tmp_path: Path) -> None:
    seed = house.seeds / "score_calibration.csv"
    seed.write_text("competency_id,raw,calibrated,note\nlogic,0,5,why\n")
    outcomes, knots = calibrate(read_rated(rated_file(tmp_path / "r.csv"), (1, 5)), house, 50)
    with pytest.raises(UsageError, match="by hand"):
        Proposal(outcomes, knots, (1, 5), 50).install(house)
    assert "note" in seed.read_text()


def test_without_a_proposal_the_end_is_1_and_nothing_is_installed(
    house: Settings, rate: Callable[..., Said], tmp_path: Path
) -> None:
    path = rated_file(tmp_path / "r.csv", lenient=0)
    said = rate(house, "calibrate", "--input", str(path), "--scale", "1", "5", "--install")
    assert said.code == 1
    assert "stays as it is" in said.out
    assert (house.seeds / "score_calibration.csv").read_text() == "competency_id,raw,calibrated\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--input", "r.csv"), "--scale"),
        (("--input", "r.csv", "--scale", "5", "1"), "--scale 5 1"),
        (("--input", "r.csv", "--scale", "1", "5", "--out", "x.xlsx"), ".csv"),
        ((), "scorehouse build"),
    ],
)
def test_wrong_usage_is_one_sentence(
    words: tuple[str, ...],
    says: str,
    house: Settings,
    rate: Callable[..., Said],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    rated_file(tmp_path / "r.csv")
    said = rate(house, "calibrate", *words)
    assert said.code in (1, 2)
    assert says in said.err and is_one_sentence(said.err)


def test_a_rating_of_the_warehouse_off_the_scale_is_named() -> None:
    table = pa.table({"competency_id": ["c"], "raw": [50.0], "rating": [60.0], "raters": [1]})
    assert rated_of(table, (0, 100))["c"].rating.tolist() == [60]
    with pytest.raises(Exception, match="--scale"):
        rated_of(table, (1, 5))
