"""Compiles the seeds into what the kernels search with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa

from scoring_udfs.errors import RubricError
from scoring_udfs.match import KINDS, STAGES, Criterion, Phrase, Rubric
from scoring_udfs.negation import Cue, NegationCues
from scoring_udfs.pace import PaceBand
from scoring_udfs.search_tables import Label, SearchTables, search_tables
from scoring_udfs.seeds import LANGUAGES, Row, rows_of

# The seeds that `compile_rubrics` reads, with the columns it needs.
SEED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "questions": ("question_id", "rubric_id"),
    "criteria": ("rubric_id", "criterion_id", "kind", "min_phrases"),
    "phrases": ("criterion_id", "lang", "phrase"),
    "stage_cues": ("stage", "lang", "phrase"),
    "negation_cues": ("lang", "cue", "kind"),
    "pace_bands": ("lang", "outer_low", "low", "high", "outer_high"),
}


@dataclass(frozen=True)
class RubricSet:
    """All rubrics of a kernel version. Pickles as plain values; the tables are made where they are used.

    `questions` leads from question_id to the index of its rubric in `rubrics`; `stage_cues` has the cues of
    each stage of `STAGES`; `pace_bands` is by language.
    """

    questions: Mapping[str, int]
    rubrics: tuple[Rubric, ...]
    stage_cues: tuple[tuple[Phrase, ...], ...]
    negation: NegationCues
    pace_bands: Mapping[str, PaceBand] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, object]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @property
    def search_tables(self) -> SearchTables:
        """What compiled code searches with."""
        return self._searching[0]

    @cached_property
    def label_columns(self) -> tuple[pa.Array, pa.Array]:
        """criterion_id and phrase (as in the seed) of each label."""
        labels = self._searching[1]
        return (
            pa.array([criterion_id for criterion_id, _ in labels], pa.string()),
            pa.array([shown for _, shown in labels], pa.string()),
        )

    @cached_property
    def criterion_columns(self) -> tuple[pa.Array, pa.Array]:
        """criterion_id and kind of all criteria, rubric after rubric."""
        criteria = [criterion for rubric in self.rubrics for criterion in rubric.criteria]
        return (
            pa.array([criterion.criterion_id for criterion in criteria], pa.string()),
            pa.array([criterion.kind for criterion in criteria], pa.string()),
        )

    @cached_property
    def _searching(self) -> tuple[SearchTables, list[Label]]:
        return search_tables(self.rubrics, self.stage_cues, self.negation)


def compile_rubrics(seeds: Mapping[str, pa.Table]) -> RubricSet:
    """The rubrics of the seeds named in `SEED_COLUMNS` (columns may be strings; null and '' are empty).

    Raises `RubricError`, one sentence, for a missing seed or column, an unknown kind, language, stage,
    criterion or rubric, an id twice, a min_phrases below 1, a criterion that nothing could ever fulfil.
    """
    by_rubric = _criteria(seeds)
    phrases = _phrases(seeds, {c.criterion_id: c.kind for group in by_rubric.values() for c in group})
    rubrics = []
    for rubric_id, group in by_rubric.items():
        filled = (replace(c, phrases=tuple(phrases.get(c.criterion_id, {}).values())) for c in group)
        rubrics.append(Rubric(rubric_id, tuple(filled)))
    compiled = RubricSet(
        questions=_questions(seeds, [rubric.rubric_id for rubric in rubrics]),
        rubrics=tuple(rubrics),
        stage_cues=_stage_cues(seeds),
        negation=_negation(seeds),
        pace_bands=_pace_bands(seeds),
    )
    _check_complete(compiled)
    return compiled


def _criteria(seeds: Mapping[str, pa.Table]) -> dict[str, list[Criterion]]:
    by_rubric: dict[str, list[Criterion]] = {}
    seen: dict[str, int] = {}
    for row in rows_of(seeds, "criteria", SEED_COLUMNS["criteria"]):
        criterion_id = row.text("criterion_id")
        _once(row, "criterion_id", seen)
        row.choice("kind", KINDS)
        kind = next(kind for kind in KINDS if kind == row.text("kind"))
        least = row.whole_number_from_one("min_phrases") if kind == "phrases" else None
        by_rubric.setdefault(row.text("rubric_id"), []).append(Criterion(criterion_id, kind, least))
    return by_rubric


def _phrases(seeds: Mapping[str, pa.Table], kinds: Mapping[str, str]) -> dict[str, dict[str, Phrase]]:
    """criterion_id → normalised phrase → phrase; one listed in both languages counts once, as Chinese."""
    phrases: dict[str, dict[str, Phrase]] = {}
    for row in rows_of(seeds, "phrases", SEED_COLUMNS["phrases"]):
        criterion_id = row.text("criterion_id")
        if criterion_id not in kinds:
            raise row.complain("criterion_id", f"{criterion_id!r} is not a criterion_id of criteria.csv")
        if kinds[criterion_id] != "phrases":
            raise row.complain(
                "criterion_id", f"{criterion_id!r} is of kind {kinds[criterion_id]}, which has no phrases"
            )
        _add(phrases.setdefault(criterion_id, {}), row)
    return phrases


def _add(known: dict[str, Phrase], row: Row) -> None:
    shown, text = row.phrase("phrase")
    whole_word = row.choice("lang", LANGUAGES) == "en"
    if text not in known:
        known[text] = Phrase(shown, text, whole_word)
    elif known[text].whole_word and not whole_word:
        known[text] = replace(known[text], whole_word=False)


def _questions(seeds: Mapping[str, pa.Table], rubric_ids: list[str]) -> dict[str, int]:
    questions: dict[str, int] = {}
    seen: dict[str, int] = {}
    for row in rows_of(seeds, "questions", SEED_COLUMNS["questions"]):
        _once(row, "question_id", seen)
        rubric_id = row.text("rubric_id")
        if rubric_id not in rubric_ids:
            raise row.complain("rubric_id", f"{rubric_id!r} has no criteria in criteria.csv")
        questions[row.text("question_id")] = rubric_ids.index(rubric_id)
    return questions


def _stage_cues(seeds: Mapping[str, pa.Table]) -> tuple[tuple[Phrase, ...], ...]:
    stages: dict[str, dict[str, Phrase]] = {stage: {} for stage in STAGES}
    for row in rows_of(seeds, "stage_cues", SEED_COLUMNS["stage_cues"]):
        _add(stages[row.choice("stage", STAGES)], row)
    return tuple(tuple(cues.values()) for cues in stages.values())


def _negation(seeds: Mapping[str, pa.Table]) -> NegationCues:
    found: dict[str, dict[Cue, None]] = {"cue": {}, "exception": {}}
    for row in rows_of(seeds, "negation_cues", SEED_COLUMNS["negation_cues"]):
        _, text = row.phrase("cue")
        found[row.choice("kind", tuple(found))][Cue(text, row.choice("lang", LANGUAGES))] = None
    return NegationCues(tuple(found["cue"]), tuple(found["exception"]))


def _pace_bands(seeds: Mapping[str, pa.Table]) -> dict[str, PaceBand]:
    bands: dict[str, PaceBand] = {}
    seen: dict[str, int] = {}
    for row in rows_of(seeds, "pace_bands", SEED_COLUMNS["pace_bands"]):
        lang = row.choice("lang", LANGUAGES)
        _once(row, "lang", seen)
        limits = [row.number_at_least(column, 0) for column in ("outer_low", "low", "high", "outer_high")]
        if limits != sorted(limits):
            raise row.complain("low", "outer_low, low, high and outer_high must not decrease")
        bands[lang] = PaceBand(*limits)
    return bands


def _once(row: Row, column: str, seen: dict[str, int]) -> None:
    value = row.text(column)
    if value in seen:
        raise row.complain(column, f"{value!r} stands in row {seen[value]} too")
    seen[value] = row.number


def _check_complete(rubrics: RubricSet) -> None:
    """A criterion that no answer could fulfil would judge people by a gap in the seeds."""
    for criterion in (criterion for rubric in rubrics.rubrics for criterion in rubric.criteria):
        name = criterion.criterion_id
        if criterion.kind == "phrases" and not criterion.phrases:
            raise RubricError(f"phrases.csv has no phrase for criterion {name!r}; add one or drop it.")
        if criterion.kind == "structure":
            for stage, cues in zip(STAGES, rubrics.stage_cues, strict=True):
                if not cues:
                    raise RubricError(
                        f"stage_cues.csv has no cue for stage {stage!r}, which criterion {name!r} needs."
                    )
        if criterion.kind == "pace":
            for lang in LANGUAGES:
                if lang not in rubrics.pace_bands:
                    raise RubricError(
                        f"pace_bands.csv has no row for lang {lang!r}, which criterion {name!r} needs."
                    )
