"""The demo's sentences do what they promise: hits hit, negated ones are negated, fillers are neutral.

Phrases, stage cues and negation are looked for here in the plainest way that the scoring rules allow.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"
CONTENT = ROOT / "ingestion" / "demo" / "content"
WINDOW = {"zh": 6, "en": 20}
STOPS = "。！？；，,.!?;"
CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
PHONE = re.compile(r"\d{7,}")


def normal(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())


@cache
def read(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def phrases() -> dict[str, list[str]]:
    """The normalised phrases of each criterion."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read("phrases"):
        found[row["criterion_id"]].append(normal(row["phrase"]))
    return found


def rubric_phrases(question_id: str) -> list[str]:
    prefix = question_id.removeprefix("q_") + "."
    return [phrase for key, found in phrases().items() if key.startswith(prefix) for phrase in found]


def starts(text: str, phrase: str) -> list[int]:
    """Every start of a phrase; English ones stand free of letters and digits."""
    pattern = f"(?={re.escape(phrase)})"
    if not CJK.search(phrase):
        pattern = rf"(?<![a-z0-9])(?={re.escape(phrase)}(?![a-z0-9]))"
    return [match.start() for match in re.finditer(pattern, text)]


def free_cues(text: str) -> Iterator[tuple[str, int, int]]:
    """(lang, start, end) of each negation cue that no exception covers."""
    rows = read("negation_cues")
    shields = [
        (start, start + len(normal(row["cue"])))
        for row in rows
        if row["kind"] == "exception"
        for start in starts(text, normal(row["cue"]))
    ]
    for row in rows:
        cue = normal(row["cue"])
        if row["kind"] != "cue":
            continue
        suffix = cue.startswith("n") and not cue[1].isalpha() if len(cue) > 1 else False
        pattern = rf"{re.escape(cue)}(?![a-z0-9])"
        found = [m.start() for m in re.finditer(pattern, text)] if suffix else starts(text, cue)
        for start in found:
            if not any(low <= start and start + len(cue) <= high for low, high in shields):
                yield row["lang"], start, start + len(cue)


def is_negated(text: str, start: int) -> bool:
    cut = max((text.rfind(stop, 0, start) for stop in map(normal, STOPS)), default=-1) + 1
    return any(
        begin >= max(cut, start - WINDOW[lang]) and end <= start for lang, begin, end in free_cues(text)
    )


def counted(text: str, wanted: list[str]) -> set[str]:
    """The phrases with at least one occurrence that is not negated."""
    return {p for p in wanted if any(not is_negated(text, start) for start in starts(text, p))}


def mentioned(text: str, wanted: list[str]) -> set[str]:
    return {phrase for phrase in wanted if starts(text, phrase)}


def first_cues(text: str) -> dict[str, int]:
    """stage → where its first cue starts, earliest first."""
    found: dict[str, int] = {}
    for row in read("stage_cues"):
        for start in starts(text, normal(row["phrase"])):
            found[row["stage"]] = min(start, found.get(row["stage"], start))
    return dict(sorted(found.items(), key=lambda item: item[1]))


def stages(text: str) -> set[str]:
    return set(first_cues(text))


@cache
def content() -> dict[str, dict[str, Any]]:
    """question_id → its content, over all files but the stages."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(CONTENT.glob("*.yml")):
        if path.name != "stages.yml":
            questions = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
            assert not found.keys() & questions.keys(), f"{path.name} repeats a question"
            found |= questions
    return found


def stage_sentences() -> dict[str, dict[str, list[str]]]:
    text = (CONTENT / "stages.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(text)["stages"]
    return found


def each(block: dict[str, list[str]]) -> list[str]:
    return [sentence for sentences in block.values() for sentence in sentences]


QUESTIONS = [row["question_id"] for row in read("questions")]
over_questions = pytest.mark.parametrize("question_id", QUESTIONS)


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.yml")), ids=lambda path: path.stem)
def test_a_content_file_is_plain_text_of_less_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300


def test_there_is_content_for_exactly_the_questions_of_the_seeds() -> None:
    assert set(content()) == set(QUESTIONS)


@over_questions
def test_a_question_has_enough_sentences_in_both_languages(question_id: str) -> None:
    block = content()[question_id]
    assert len(block["openings"]["zh"]) >= 3 and block["openings"]["en"]
    assert len(block["fillers"]["zh"]) >= 4 and len(block["fillers"]["en"]) >= 2
    rubric = "r_" + question_id.removeprefix("q_")
    kinds = {row["criterion_id"]: row["kind"] for row in read("criteria") if row["rubric_id"] == rubric}
    assert set(block["criteria"]) == {key for key, kind in kinds.items() if kind == "phrases"}
    for key, criterion in block["criteria"].items():
        assert len(criterion["hits"]["zh"]) >= 4 and len(criterion["hits"]["en"]) >= 2, key
        assert criterion["negated"]["zh"], key


@over_questions
def test_each_sentence_is_of_its_language_ends_itself_and_comes_once(question_id: str) -> None:
    block = content()[question_id]
    parts = [block["openings"], block["fillers"]]
    parts += [part for criterion in block["criteria"].values() for part in criterion.values()]
    seen: list[str] = []
    for part in parts:
        for lang, sentences in part.items():
            for sentence in sentences:
                assert bool(CJK.search(sentence)) == (lang == "zh"), sentence
                assert sentence.endswith("。" if lang == "zh" else "."), sentence
                assert not PHONE.search(sentence), sentence
            seen += sentences
    assert len(seen) == len(set(seen))


@over_questions
def test_openings_and_fillers_earn_nothing(question_id: str) -> None:
    block = content()[question_id]
    wanted = rubric_phrases(question_id)
    offenders = [
        (sentence, found)
        for sentence in each(block["openings"]) + each(block["fillers"])
        if (found := mentioned(normal(sentence), wanted) | stages(normal(sentence)))
    ]
    assert offenders == []


@over_questions
def test_each_hit_earns_its_own_criterion_and_no_other(question_id: str) -> None:
    offenders = []
    for key, criterion in content()[question_id]["criteria"].items():
        others = [phrase for phrase in rubric_phrases(question_id) if phrase not in phrases()[key]]
        for sentence in each(criterion["hits"]):
            text = normal(sentence)
            own = counted(text, phrases()[key])
            lost = mentioned(text, phrases()[key]) - own
            if not own or lost or mentioned(text, others):
                offenders.append((key, sentence, own, lost, mentioned(text, others)))
    assert offenders == []


@over_questions
def test_hits_leave_the_stages_to_the_stage_sentences(question_id: str) -> None:
    offenders = [
        (key, sentence, stages(normal(sentence)))
        for key, criterion in content()[question_id]["criteria"].items()
        for sentence in each(criterion["hits"]) + each(criterion["negated"])
        if stages(normal(sentence))
    ]
    assert offenders == []


@over_questions
def test_the_hits_of_a_criterion_together_can_earn_it_in_full(question_id: str) -> None:
    needed = {row["criterion_id"]: row["min_phrases"] for row in read("criteria")}
    for key, criterion in content()[question_id]["criteria"].items():
        for lang, sentences in criterion["hits"].items():
            found = set().union(*(counted(normal(sentence), phrases()[key]) for sentence in sentences))
            assert len(found) >= int(needed[key]), (key, lang)


@over_questions
def test_a_negated_sentence_mentions_its_criterion_and_earns_nothing(question_id: str) -> None:
    offenders = []
    for key, criterion in content()[question_id]["criteria"].items():
        for sentence in each(criterion["negated"]):
            text = normal(sentence)
            if not mentioned(text, phrases()[key]) or counted(text, rubric_phrases(question_id)):
                offenders.append((key, sentence))
    assert offenders == []


@pytest.mark.parametrize("column", ["advice_zh", "advice_en"])
def test_who_follows_the_advice_word_for_word_earns_the_criterion_in_full(column: str) -> None:
    offenders = []
    for row in read("criteria"):
        advice = normal(row[column])
        if row["kind"] == "phrases":
            found = counted(advice, phrases()[row["criterion_id"]])
            if len(found) < int(row["min_phrases"]):
                offenders.append((row["criterion_id"], found))
        elif row["kind"] == "structure":
            firsts = first_cues(advice)
            if list(firsts) != ["definition", "solution", "verification"]:
                offenders.append((row["criterion_id"], set(firsts)))
    assert offenders == []


def test_each_stage_sentence_carries_its_own_stage_and_no_phrase_of_any_rubric() -> None:
    everything = [phrase for found in phrases().values() for phrase in found]
    blocks = stage_sentences()
    assert set(blocks) == {"definition", "solution", "verification"}
    offenders = []
    for stage, block in blocks.items():
        assert len(block["zh"]) >= 6 and len(block["en"]) >= 3, stage
        for lang, sentences in block.items():
            for sentence in sentences:
                text = normal(sentence)
                assert bool(CJK.search(sentence)) == (lang == "zh"), sentence
                assert sentence.endswith(("。", ".")), sentence
                if stages(text) != {stage} or mentioned(text, everything):
                    offenders.append((sentence, stages(text), mentioned(text, everything)))
    assert offenders == []
