"""Scores answers: N rows in, N rows out, each by itself, so that order and batches change nothing.

Null rules: a text that is null without `skipped` is *missing* (h null throughout); a skipped answer, or a
text of white space only, is *skipped* (h 0 for phrases and structure, null for pace, no evidence); an
unknown question has no criteria. `lang` is the given one, else zh when the normalised text holds any CJK
code point, else en (null without text). Repeated answers are recognised in SQL by `text_fingerprint`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs import columns
from scoring_udfs.errors import ColumnError
from scoring_udfs.match import Occurrence
from scoring_udfs.normalise import Normalised, normalise
from scoring_udfs.pace import count_cjk, count_words, pace_scores, units_per_minute
from scoring_udfs.rubric import RubricSet

INPUT_COLUMNS = ("question_id", "text", "lang", "answer_seconds", "pause_seconds", "skipped")
CRITERIA_TYPE = pa.list_(
    pa.struct(
        [
            ("criterion_id", pa.string()),
            ("kind", pa.string()),
            ("hits", pa.int32()),
            ("h", pa.float64()),
        ]
    )
)
EVIDENCE_TYPE = pa.list_(
    pa.struct(
        [
            ("criterion_id", pa.string()),
            ("phrase", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
        ]
    )
)
SCORE_SCHEMA = pa.schema(
    [
        ("lang", pa.string()),
        ("is_known_question", pa.bool_()),
        ("is_skipped", pa.bool_()),
        ("is_missing", pa.bool_()),
        ("text_chars", pa.int32()),
        ("units", pa.int32()),
        ("units_per_minute", pa.float64()),
        ("text_fingerprint", pa.string()),
        ("criteria", CRITERIA_TYPE),
        ("evidence", EVIDENCE_TYPE),
        ("negated", EVIDENCE_TYPE),
    ]
)
FINGERPRINT_BYTES = 16
# How much is worked on at once: bounds memory, changes no result.
_CHUNK_ROWS = 4096
_CHUNK_CHARACTERS = 2_000_000


def score_answers(
    batch: pa.Table | pa.RecordBatch,
    rubrics: RubricSet,
    fingerprint_key: bytes,
    texts: Sequence[str | None] | None = None,
) -> pa.Table:
    """The scores of a batch with `INPUT_COLUMNS` (all nullable), as `SCORE_SCHEMA`, in the same order.

    `texts` stands in for the column `text` where the texts are at hand as Python strings already (these may
    hold lone surrogates, which Arrow cannot). `fingerprint_key`: up to 64 bytes. Raises `ColumnError`.
    """
    needed = INPUT_COLUMNS if texts is None else tuple(name for name in INPUT_COLUMNS if name != "text")
    for name in needed:
        if name not in batch.schema.names:
            raise ColumnError(f"The batch has no column {name}.")
    answers = _Answers(
        questions=columns.texts(batch.column("question_id"), "question_id"),
        texts=columns.texts(batch.column("text"), "text") if texts is None else texts,
        langs=columns.texts(batch.column("lang"), "lang"),
        seconds=columns.numbers(batch.column("answer_seconds"), "answer_seconds"),
        pauses=columns.numbers(batch.column("pause_seconds"), "pause_seconds"),
        skipped=columns.flags(batch.column("skipped"), "skipped"),
    )
    if len(answers.texts) != batch.num_rows:
        raise ColumnError(f"{len(answers.texts)} texts were given for {batch.num_rows} rows.")
    keyed = hashlib.blake2b(key=fingerprint_key, digest_size=FINGERPRINT_BYTES)
    chunks = [_score(answers.rows(start, end), rubrics, keyed) for start, end in _chunks(answers.texts)]
    return pa.Table.from_batches(chunks, schema=SCORE_SCHEMA)


@dataclass(frozen=True)
class _Answers:
    """The input as Python and numpy columns of equal length."""

    questions: Sequence[str | None]
    texts: Sequence[str | None]
    langs: Sequence[str | None]
    seconds: npt.NDArray[np.float64]
    pauses: npt.NDArray[np.float64]
    skipped: npt.NDArray[np.bool_]

    def rows(self, start: int, end: int) -> _Answers:
        """A slice of every column."""
        return _Answers(
            self.questions[start:end],
            self.texts[start:end],
            self.langs[start:end],
            self.seconds[start:end],
            self.pauses[start:end],
            self.skipped[start:end],
        )


@dataclass
class _Spans:
    """Evidence of many rows, to become a list column: positions are those of the originals."""

    labels: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=lambda: [0])

    def add_row(self, occurrences: Sequence[Occurrence], normalised: Normalised | None) -> None:
        """One row's occurrences, led back to the original text."""
        if occurrences:
            _, starts, ends, labels = zip(*occurrences, strict=True)
            if normalised is not None and normalised.maps:
                starts, ends = zip(*map(normalised.span, starts, ends), strict=True)
            self.labels += labels
            self.starts += starts
            self.ends += ends
        self.offsets.append(len(self.labels))

    def column(self, rubrics: RubricSet) -> pa.Array:
        """As `EVIDENCE_TYPE`."""
        criterion_ids, phrases = rubrics.label_columns
        labels = pa.array(self.labels, pa.int32())
        fields = (
            criterion_ids.take(labels),
            phrases.take(labels),
            pa.array(self.starts, pa.int32()),
            pa.array(self.ends, pa.int32()),
        )
        return _list_column(self.offsets, fields, EVIDENCE_TYPE)


def _score(answers: _Answers, rubrics: RubricSet, keyed: hashlib.blake2b) -> pa.RecordBatch:
    normals = [None if text is None else normalise(text) for text in answers.texts]
    has_text = np.array([normal is not None for normal in normals], dtype=np.bool_)
    is_blank = [normal is not None and normal.is_blank for normal in normals]
    skipped = answers.skipped | np.array(is_blank, dtype=np.bool_)
    missing = ~has_text & ~answers.skipped
    cjk = count_cjk(["" if normal is None else normal.text for normal in normals])
    langs = [
        language_of(given, None if normal is None else normal.text, characters)
        for given, normal, characters in zip(answers.langs, normals, cjk.tolist(), strict=True)
    ]
    units = cjk
    for row, (lang, normal) in enumerate(zip(langs, normals, strict=True)):
        if normal is not None and lang != "zh":
            units[row] = count_words(normal.text)
    per_minute = units_per_minute(units.astype(np.float64), answers.seconds, answers.pauses)
    per_minute[~has_text | skipped] = np.nan
    pace = pace_scores(per_minute, langs, rubrics.pace_bands)
    paces = [None if math.isnan(h) else h for h in pace.tolist()]
    criteria, evidence, negated = _match(answers.questions, normals, skipped, paces, rubrics)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(langs, pa.string()),
            pa.array([question in rubrics.questions for question in answers.questions], pa.bool_()),
            pa.array(skipped),
            pa.array(missing),
            pa.array([None if text is None else len(text) for text in answers.texts], pa.int32()),
            pa.array(units.astype(np.int32), mask=~has_text),
            pa.array(per_minute, mask=np.isnan(per_minute)),
            pa.array(_fingerprints(normals, is_blank, keyed), pa.string()),
            criteria,
            evidence,
            negated,
        ],
        schema=SCORE_SCHEMA,
    )


def _match(
    questions: Sequence[str | None],
    normals: Sequence[Normalised | None],
    skipped: npt.NDArray[np.bool_],
    paces: Sequence[float | None],
    rubrics: RubricSet,
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The columns criteria, evidence and negated."""
    criterion_ids, kinds, begins = rubrics.criterion_columns
    numbers: list[int] = []
    hits: list[int] = []
    h: list[float | None] = []
    offsets = [0]
    evidence, negated = _Spans(), _Spans()
    rows = zip(questions, normals, skipped.tolist(), paces, strict=True)
    for question, normal, is_skipped, pace in rows:
        rubric = None if question is None else rubrics.questions.get(question)
        counted: Sequence[Occurrence] = ()
        denied: Sequence[Occurrence] = ()
        if rubric is not None:
            matcher = rubrics.matchers[rubric]
            if normal is None or is_skipped:
                values = matcher.h_skipped() if is_skipped else matcher.h_missing()
                hits += [0] * len(values)
            else:
                findings = matcher.find(normal.text)
                values = matcher.h(findings, pace)
                hits += findings.hits
                counted, denied = findings.counted, findings.negated
            h += values
            numbers += range(begins[rubric], begins[rubric] + len(values))
        offsets.append(len(numbers))
        evidence.add_row(counted, normal)
        negated.add_row(denied, normal)
    taken = pa.array(numbers, pa.int32())
    fields = (
        criterion_ids.take(taken),
        kinds.take(taken),
        pa.array(hits, pa.int32()),
        pa.array(h, pa.float64()),
    )
    return _list_column(offsets, fields, CRITERIA_TYPE), evidence.column(rubrics), negated.column(rubrics)


def language_of(given: str | None, normalised: str | None, cjk: int) -> str | None:
    """The given language, else zh for a text with any CJK code point, else en; null without either."""
    if given or normalised is None:
        return given or None
    return "zh" if cjk else "en"


def _fingerprints(
    normals: Sequence[Normalised | None], is_blank: Sequence[bool], keyed: hashlib.blake2b
) -> list[str | None]:
    """Keyed BLAKE2b of each normalised text, so that equal texts show and nothing of them does."""
    fingerprints: list[str | None] = []
    for normal, blank in zip(normals, is_blank, strict=True):
        if normal is None or blank:
            fingerprints.append(None)
            continue
        digest = keyed.copy()
        digest.update(normal.text.encode("utf-8", "surrogatepass"))
        fingerprints.append(digest.hexdigest())
    return fingerprints


def _list_column(offsets: list[int], fields: Sequence[pa.Array], list_type: pa.ListType) -> pa.Array:
    values = pa.StructArray.from_arrays(fields, fields=list(list_type.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, type=list_type)


def _chunks(texts: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Cuts the rows where a chunk has enough rows or characters; no rows, no chunk."""
    start = characters = 0
    for row, text in enumerate(texts):
        characters += 0 if text is None else len(text)
        if row + 1 - start == _CHUNK_ROWS or characters >= _CHUNK_CHARACTERS:
            yield start, row + 1
            start, characters = row + 1, 0
    if start < len(texts):
        yield start, len(texts)
