"""What tests of pulls share: an installation, a clock that never waits, a server, a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingestion.house import House
from tests.ingestion.pull.pulling import Pulling
from tests.ingestion.pull.server import Server


@pytest.fixture
def pulling(house: House) -> Pulling:
    """Pulls into a warehouse of their own."""
    return Pulling(house)


@pytest.fixture
def server() -> Iterator[Server]:
    """An HTTP server on 127.0.0.1 that answers as the test says."""
    with Server() as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a test may put an SQLite file."""
    return tmp_path / "hr.sqlite"
