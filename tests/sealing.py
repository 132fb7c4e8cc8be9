"""Texts sealed row by row, as raw files hold them: for tests that need some without an ingestion."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.cipher import seal


def seal_many(keys: Sequence[bytes], texts: Sequence[str | None], aads: Sequence[str]) -> list[bytes | None]:
    """Seals row by row (three sequences of equal length); null stays null, an empty text is sealed."""
    rows = zip(keys, texts, aads, strict=True)
    return [None if text is None else seal(key, text, aad) for key, text, aad in rows]
