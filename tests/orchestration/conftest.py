"""What several tests of the commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from orchestration import cli
from tests.orchestration.rate_command import Said
from warehouse.settings import Settings


@pytest.fixture
def rate(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Said]:
    """Runs `scorehouse rate …` in a house of its own."""

    def call(house: Settings, *words: str) -> Said:
        monkeypatch.setattr(Settings, "from_env", classmethod(lambda cls: house))
        monkeypatch.setattr(sys, "argv", ["scorehouse", "rate", *words])
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(int(ending.value.code or 0), out.decode(), err.decode())

    return call
