"""Seeds become rubrics; what is wrong with them is said in one sentence."""

from __future__ import annotations

import copy
import pickle

import pytest

from scoring_udfs.errors import RubricError
from scoring_udfs.rubric import compile_rubrics
from tests.scoring_udfs.small_seeds import SEEDS, rubrics, scored, tables


def changed(seed: str, row: int, **cells: object) -> dict:
    seeds = copy.deepcopy(SEEDS)
    seeds[seed][row].update(cells)
    return seeds


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [
        (
            changed("criteria", 0, kind="essay"),
            "criteria.csv, row 2, column kind: 'essay' is not one of phrases, structure, pace.",
        ),
        (
            changed("criteria", 1, min_phrases=0),
            "criteria.csv, row 3, column min_phrases: '0' is not a number of at least 1.",
        ),
        (
            changed("criteria", 1, min_phrases="1.5"),
            "criteria.csv, row 3, column min_phrases: '1.5' is not a whole number.",
        ),
        (
            changed("criteria", 1, min_phrases="nan"),
            "criteria.csv, row 3, column min_phrases: 'nan' is not a number of at least 1.",
        ),
        (
            changed("criteria", 1, min_phrases=None),
            "criteria.csv, row 3, column min_phrases: must not be empty.",
        ),
        (
            changed("criteria", 1, criterion_id="need"),
            "criteria.csv, row 3, column criterion_id: 'need' stands in row 2 too.",
        ),
        (
            changed("phrases", 0, criterion_id="nobody"),
            "phrases.csv, row 2, column criterion_id: 'nobody' is not a criterion_id of criteria.csv.",
        ),
        (
            changed("phrases", 0, criterion_id="order"),
            "phrases.csv, row 2, column criterion_id: 'order' is of kind structure, which has no phrases.",
        ),
        (changed("phrases", 2, lang="fr"), "phrases.csv, row 4, column lang: 'fr' is not one of zh, en."),
        (changed("phrases", 2, phrase=" "), "phrases.csv, row 4, column phrase: must not be empty."),
        (
            changed("questions", 1, rubric_id="r9"),
            "questions.csv, row 3, column rubric_id: 'r9' has no criteria in criteria.csv.",
        ),
        (
            changed("questions", 1, question_id="q1"),
            "questions.csv, row 3, column question_id: 'q1' stands in row 2 too.",
        ),
        (
            changed("stage_cues", 0, stage="prologue"),
            "stage_cues.csv, row 2, column stage: 'prologue' is not one of "
            "definition, solution, verification.",
        ),
        (
            changed("negation_cues", 0, kind="maybe"),
            "negation_cues.csv, row 2, column kind: 'maybe' is not one of cue, exception.",
        ),
        (
            changed("pace_bands", 0, low=350),
            "pace_bands.csv, row 2, column low: outer_low, low, high and outer_high must not decrease.",
        ),
        (
            changed("pace_bands", 1, high="quick"),
            "pace_bands.csv, row 3, column high: 'quick' is not a number of at least 0.",
        ),
        (
            SEEDS | {"pace_bands": SEEDS["pace_bands"][:1]},
            "pace_bands.csv has no row for lang 'en', which criterion 'speed' needs.",
        ),
        (
            SEEDS | {"stage_cues": SEEDS["stage_cues"][:4]},
            "stage_cues.csv has no cue for stage 'verification', which criterion 'order' needs.",
        ),
        (
            SEEDS | {"phrases": SEEDS["phrases"][:9]},
            "phrases.csv has no phrase for criterion 'team'; add one or drop it.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(seeds: dict, sentence: str) -> None:
    with pytest.raises(RubricError) as error:
        rubrics(seeds)
    assert str(error.value) == sentence


def test_a_missing_seed_or_column_is_named() -> None:
    seeds = tables()
    with pytest.raises(RubricError, match=r"The seed phrases\.csv is missing"):
        compile_rubrics({name: table for name, table in seeds.items() if name != "phrases"})
    seeds["phrases"] = seeds["phrases"].drop_columns(["lang"])
    with pytest.raises(RubricError, match=r"phrases\.csv has no column lang"):
        compile_rubrics(seeds)


def test_white_space_around_a_phrase_does_not_matter() -> None:
    (row,) = scored(["客户访谈"], rubrics(changed("phrases", 2, phrase=" 客户访谈\t")))
    assert row["evidence"][0]["phrase"] == "客户访谈"


def test_the_order_of_the_phrases_changes_no_score() -> None:
    backwards = SEEDS | {"phrases": SEEDS["phrases"][::-1], "negation_cues": SEEDS["negation_cues"][::-1]}
    texts = ["没有需求分析，crm data a/b", "不仅客户访谈"]
    assert [row["criteria"] for row in scored(texts)] == [
        row["criteria"] for row in scored(texts, rubrics(backwards))
    ]


def test_compiled_rubrics_go_to_another_process_without_their_automata() -> None:
    compiled = rubrics()
    before = scored(["首先，不仅需求分析"], compiled)
    copied = pickle.loads(pickle.dumps(compiled))
    assert "_searching" not in copied.__dict__
    assert scored(["首先，不仅需求分析"], copied) == before


def test_a_rubric_of_pace_alone_needs_no_phrases() -> None:
    seeds = SEEDS | {"criteria": SEEDS["criteria"][3:4], "phrases": [], "questions": SEEDS["questions"][:1]}
    tabled = tables(seeds | {"phrases": SEEDS["phrases"]})
    tabled["phrases"] = tabled["phrases"].slice(0, 0)
    (row,) = scored(["好" * 25], compile_rubrics(tabled), answer_seconds=6.0)
    assert [c["h"] for c in row["criteria"]] == [1.0]
