"""Who asks: every query is made on behalf of a viewer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A person as the warehouse knows them: account name and role (`hr`, `operator`)."""

    name: str
    role: str


# Whoever runs commands on the machine can read the keys anyway.
OPERATOR = Viewer("operator", "operator")
