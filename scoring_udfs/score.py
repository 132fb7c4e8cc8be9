"""Scores answers: N rows in, N rows out, each by itself, so that order and batches change nothing.

Null rules: a text that is null without `skipped` is *missing* (h null throughout); a skipped answer, or a
text of white space only, is *skipped* (h 0 for phrases and structure, null for pace, no evidence); an
unknown question has no criteria. `lang` is the given one, else zh when the normalised text holds any CJK
code point, else en (null without text). Repeated answers are recognised in SQL by `text_fingerprint`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs import columns
from scoring_udfs.code_points import Flags, decode, encoded, text_chunks
from scoring_udfs.errors import ColumnError
from scoring_udfs.fingerprints import MOST_KEY_BYTES, fingerprints
from scoring_udfs.negation import NegationCues
from scoring_udfs.normalised_texts import NormalisedTexts, normalise_column
from scoring_udfs.pace import banded_scores, units_per_minute
from scoring_udfs.rubric import RubricSet
from scoring_udfs.search import ANSWERED, MISSING, SKIPPED, Found, Rows, Spans, search
from scoring_udfs.spoken import cues_spoken
from scoring_udfs.units import BY_SCRIPT, CHARACTERS, WORDS, count_units

_LANGS = ("zh", "en")
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
# How much is worked on at once: bounds memory, changes no result.
_CHUNK_ROWS = 16_384
_CHUNK_BYTES = 8_000_000


def score_answers(
    batch: pa.Table | pa.RecordBatch,
    rubrics: RubricSet,
    fingerprint_key: bytes,
    texts: pa.Array | pa.ChunkedArray | Sequence[str | None] | None = None,
) -> pa.Table:
    """The scores of a batch with `INPUT_COLUMNS` (all nullable), as `SCORE_SCHEMA`, in the same order.

    `texts` stands in for the column `text`: as an Arrow array of strings or UTF-8 bytes, or as Python strings
    (both of which may hold lone surrogates). `fingerprint_key`: up to 64 bytes. Raises `ColumnError`.
    """
    column = _column(batch, "text") if texts is None else texts
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        column = encoded(column)
    if len(column) != batch.num_rows:
        raise ColumnError(f"{len(column)} texts were given for {batch.num_rows} rows.")
    answers = _Answers.of(batch, rubrics)
    scored = []
    row = 0
    for chunk in text_chunks(column, "text", _CHUNK_ROWS, _CHUNK_BYTES):
        normalised = normalise_column(decode(chunk))
        scored.append(_score(answers.rows(row, row + len(chunk)), normalised, rubrics, fingerprint_key))
        row += len(chunk)
    return pa.Table.from_batches(scored, schema=SCORE_SCHEMA)


def score_normalised(
    batch: pa.Table | pa.RecordBatch,
    normalised: NormalisedTexts,
    rubrics: RubricSet,
    fingerprint_key: bytes,
) -> pa.Table:
    """As `score_answers`, of texts that were normalised already; all rows at once."""
    if len(normalised) != batch.num_rows:
        raise ColumnError(f"{len(normalised)} texts were given for {batch.num_rows} rows.")
    scored = _score(_Answers.of(batch, rubrics), normalised, rubrics, fingerprint_key)
    return pa.Table.from_batches([scored], schema=SCORE_SCHEMA)


def warm_up() -> None:
    """Compiles every kernel, or reads it where it was kept: seconds the first time, once an installation."""
    nothing: dict[str, list[None]] = {name: [None] for name in INPUT_COLUMNS}
    score_answers(pa.table(nothing), RubricSet({}, (), (), NegationCues()), b"key", texts=["…"])
    cues_spoken(["…"], NegationCues())


@dataclass(frozen=True)
class _Answers:
    """All but the texts, as arrays of equal length.

    `rubric`: index of the question's rubric, −1 for an unknown question; `lang`: index in `langs`, −1 for
    none.
    """

    rubric: npt.NDArray[np.int32]
    lang: npt.NDArray[np.int32]
    langs: tuple[str, ...]
    seconds: npt.NDArray[np.float64]
    pauses: npt.NDArray[np.float64]
    skipped: Flags

    @classmethod
    def of(cls, batch: pa.Table | pa.RecordBatch, rubrics: RubricSet) -> _Answers:
        asked, questions = columns.categories(_column(batch, "question_id"), "question_id")
        given, langs = columns.categories(_column(batch, "lang"), "lang")
        known = [lang for lang in dict.fromkeys((*langs, *_LANGS)) if lang]
        return cls(
            rubric=_translated(asked, [rubrics.questions.get(question or "", -1) for question in questions]),
            lang=_translated(given, [known.index(lang) if lang else -1 for lang in langs]),
            langs=tuple(known),
            seconds=columns.numbers(_column(batch, "answer_seconds"), "answer_seconds"),
            pauses=columns.numbers(_column(batch, "pause_seconds"), "pause_seconds"),
            skipped=columns.flags(_column(batch, "skipped"), "skipped"),
        )

    def rows(self, start: int, end: int) -> _Answers:
        """A slice of every column."""
        return _Answers(
            self.rubric[start:end],
            self.lang[start:end],
            self.langs,
            self.seconds[start:end],
            self.pauses[start:end],
            self.skipped[start:end],
        )


def _score(answers: _Answers, texts: NormalisedTexts, rubrics: RubricSet, key: bytes) -> pa.RecordBatch:
    if len(key) > MOST_KEY_BYTES:
        raise ColumnError(f"The key of the fingerprints has {len(key)} bytes; it may have {MOST_KEY_BYTES}.")
    has_text, is_blank = ~texts.is_null, texts.is_blank
    skipped = answers.skipped | is_blank
    missing = texts.is_null & ~answers.skipped
    units, langs = _units(answers, texts)
    per_minute = units_per_minute(units.astype(np.float64), answers.seconds, answers.pauses)
    per_minute[~has_text | skipped] = np.nan
    is_lang = {
        lang: langs == answers.langs.index(lang) for lang in rubrics.pace_bands if lang in answers.langs
    }
    pace = banded_scores(per_minute, is_lang, rubrics.pace_bands)
    state = np.full(len(texts), ANSWERED, np.uint8)
    state[missing], state[skipped] = MISSING, SKIPPED
    found, counted, negated = search(
        texts.points, texts.offsets, Rows(answers.rubric, state, pace), rubrics.search_tables
    )
    return pa.RecordBatch.from_arrays(
        [
            pa.array(answers.langs, pa.string()).take(pa.array(langs, mask=langs < 0)),
            pa.array(answers.rubric >= 0),
            pa.array(skipped),
            pa.array(missing),
            pa.array(texts.characters.astype(np.int32), mask=texts.is_null),
            pa.array(units, mask=texts.is_null),
            pa.array(per_minute, mask=np.isnan(per_minute)),
            fingerprints(texts.points, texts.offsets, has_text & ~is_blank, key),
            _criteria(found, rubrics),
            _evidence(counted, texts, rubrics),
            _evidence(negated, texts, rubrics),
        ],
        schema=SCORE_SCHEMA,
    )


def _units(answers: _Answers, texts: NormalisedTexts) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Units of each text, and its language: the given one, else that of its script, −1 without either."""
    zh, en = map(answers.langs.index, _LANGS)
    wants = np.where(answers.lang == zh, CHARACTERS, WORDS).astype(np.uint8)
    is_open = (answers.lang < 0) & ~texts.is_null
    wants[is_open] = BY_SCRIPT
    units, are_characters = count_units(texts.points, texts.offsets, wants)
    return units, np.where(is_open, np.where(are_characters, zh, en), answers.lang).astype(np.int32)


def _criteria(found: Found, rubrics: RubricSet) -> pa.Array:
    criterion_ids, kinds = rubrics.criterion_columns
    taken = pa.array(found.criterion)
    fields = (
        criterion_ids.take(taken),
        kinds.take(taken),
        pa.array(found.hits),
        pa.array(found.h, mask=np.isnan(found.h)),
    )
    return _list_column(found.begin, fields, CRITERIA_TYPE)


def _evidence(spans: Spans, texts: NormalisedTexts, rubrics: RubricSet) -> pa.Array:
    """Spans as `EVIDENCE_TYPE`, led back to the original texts."""
    texts.lead_back(spans.begin, spans.lines)
    criterion_ids, phrases = rubrics.label_columns
    label, start, end = (pa.array(np.ascontiguousarray(part)) for part in spans.lines.T)
    return _list_column(
        spans.begin, (criterion_ids.take(label), phrases.take(label), start, end), EVIDENCE_TYPE
    )


def _list_column(
    begins: npt.NDArray[np.int64], fields: Sequence[pa.Array], list_type: pa.ListType
) -> pa.Array:
    values = pa.StructArray.from_arrays(fields, fields=list(list_type.value_type))
    return pa.ListArray.from_arrays(pa.array(begins.astype(np.int32)), values, type=list_type)


def _column(batch: pa.Table | pa.RecordBatch, name: str) -> pa.Array | pa.ChunkedArray:
    if name not in batch.schema.names:
        raise ColumnError(f"The batch has no column {name}.")
    return batch.column(name)


def _translated(codes: npt.NDArray[np.int32], to: Sequence[int]) -> npt.NDArray[np.int32]:
    """Each code k as `to[k]`; −1, which is no code, stays."""
    return np.array([*to, -1], np.int32)[codes]
