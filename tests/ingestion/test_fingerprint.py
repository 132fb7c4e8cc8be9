"""What the first look at a file tells of it, however its bytes fall into the chunks that are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.state import fingerprint as module
from ingestion.state.fingerprint import fingerprint

PIECES = st.sampled_from(["a", "é", "好", "😀", "\n", "\r"])
TEXTS = st.lists(PIECES).map(lambda pieces: "".join(pieces).encode())


def is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("chunk", [4, 5, 7])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(TEXTS, st.binary(max_size=40), TEXTS.map(lambda content: content[:-1])))
def test_it_is_the_same_for_every_size_of_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, content: bytes
) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    found = fingerprint(path)
    assert found.file_id == hashlib.sha256(content).hexdigest()[:16]
    assert found.is_utf8 == is_text(content)
    longest = max(map(len, content.replace(b"\r", b"\n").split(b"\n")))
    assert longest - 2 * chunk <= found.longest_line <= longest
