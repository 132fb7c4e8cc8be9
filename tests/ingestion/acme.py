"""A small foreign system for tests: a profile written in the test, and files of its tables."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.foreign.profile import load_profile
from tests.ingestion.through import Export, Taken

HEAD = """
profile: acme
version: "1"
title: {zh: 某系统, en: Acme}
"""


class Acme:
    """A profile written in the test, and files of its tables."""

    def __init__(self, folder: Path, contracts: dict[str, Contract]) -> None:
        self.folder, self.contracts = folder, contracts

    def take(self, profile: str, source: str, **files: str) -> Taken:
        path = self.folder / "acme.yml"
        path.write_text(HEAD + textwrap.dedent(profile), encoding="utf-8")
        paths = []
        for name, content in files.items():
            paths.append(self.folder / f"{name}.csv")
            paths[-1].write_text(textwrap.dedent(content).strip() + "\n", encoding="utf-8")
        return Export(load_profile(path, self.contracts), self.contracts).only(source, *paths)

    def column(self, mapping: str, source: str = "employees", ours: str = "name", **cells: str) -> list[Any]:
        """The values of one of our columns, one a row; `cells`: header → its values between |."""
        profile = f"""
        tables:
          staff:
            recognise: [No, Joined]
            outputs:
              - source: {source}
                columns: {{employee_id: No, hired_on: Joined, {ours}: {mapping}}}
        """
        lines = zip(*(value.split("|") for value in cells.values()), strict=True)
        rows = [f"e{at},2024-01-01,{','.join(line)}" for at, line in enumerate(lines)]
        taken = self.take(profile, source, staff="\n".join([f"No,Joined,{','.join(cells)}", *rows]))
        assert not taken.bad
        return [row.get(ours) for row in taken.rows]
