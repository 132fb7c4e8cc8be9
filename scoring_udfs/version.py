"""Which code made a score: any change of the kernels, or of Python's Unicode tables, is another version."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

# What decides about a score; registration and the like do not.
_SOURCES = ("columns", "match", "negation", "normalise", "pace", "rubric", "score", "seeds")


@cache
def code_version() -> str:
    """`c-` and 8 hex characters over the sources of the kernels and the Unicode version."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for name in _SOURCES:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return f"c-{digest.hexdigest()[:8]}"
