"""Contracts that change between two passes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.contract import DIRECTORY, Contract, load_contracts


@dataclass(frozen=True)
class Contracts:
    """A copy of the project's contracts that passes read instead."""

    directory: Path

    @classmethod
    def copy(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Contracts:
        """Puts the copy in the place of the project's own."""
        contracts = cls(folder / "contracts")
        shutil.copytree(DIRECTORY, contracts.directory)
        monkeypatch.setattr("ingestion.ingest.load_contracts", contracts.load)
        return contracts

    def load(self, formats: str = "") -> dict[str, Contract]:
        """As the project's function of that name."""
        return load_contracts(self.directory, formats)

    def change(self, source: str, before: str, after: str) -> None:
        """Changes a text that stands once in a contract, from the next pass on."""
        path = self.directory / f"{source}.yml"
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")

    def allow_debts(self) -> None:
        """From now on a salary below zero is one."""
        self.change("employees", "    type: money\n    min: 0\n", "    type: money\n")
