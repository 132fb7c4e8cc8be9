"""Features of a few texts, made as the scoring step makes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from scoring_udfs.code_points import decode, encoded
from scoring_udfs.normalised_texts import normalise_column
from scoring_udfs.score import EVIDENCE_TYPE
from scoring_udfs.signals import FunctionWords, compile_function_words, signal_features

WORDS = pa.table({"lang": ["zh", "zh", "en", "en"], "word": ["的", "了", "the", "i'm"]})
KEY = b"k" * 32
SKETCH = [f"sketch_{number}" for number in range(1, 9)]
Span = tuple[int, int]


def function_words() -> FunctionWords:
    return compile_function_words({"function_words": WORDS})


def features(
    texts: Sequence[str | None],
    *,
    key: bytes = KEY,
    words: FunctionWords | None = None,
    evidence: Sequence[Sequence[Span]] | None = None,
    negated: Sequence[Sequence[Span]] | None = None,
    skipped: Sequence[bool] | None = None,
) -> list[dict[str, Any]]:
    """A dictionary a text; spans are (start, end) in the original."""
    scores = pa.table(
        {
            "text_chars": pa.array([None if text is None else len(text) for text in texts], pa.int32()),
            "is_skipped": pa.array(skipped or [False] * len(texts)),
            "evidence": _spans(evidence or [[]] * len(texts)),
            "negated": _spans(negated or [[]] * len(texts)),
        }
    )
    normalised = normalise_column(decode(encoded(texts)))
    found = signal_features(normalised, scores, key, words or function_words())
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _spans(rows: Sequence[Sequence[Span]]) -> pa.Array:
    spans = [
        [{"criterion_id": "c", "phrase": "p", "start": start, "end": end} for start, end in row]
        for row in rows
    ]
    return pa.array(spans, EVIDENCE_TYPE)


def similarity(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The estimate that SQL makes of two rows."""
    assert one["sketch_level"] == other["sketch_level"]
    bits = sum((one[word] ^ other[word]).bit_count() for word in SKETCH)
    if bits >= 256:
        return 0.0
    differing = -256 * math.log(1 - bits / 256) * 2 ** one["sketch_level"]
    pieces = one["shingles"] + other["shingles"]
    return max((pieces - differing) / (pieces + differing), 0.0)
