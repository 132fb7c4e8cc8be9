"""Who asks: every query is made on behalf of a viewer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A person as the warehouse knows them: account name and role (one of `policy.yml`).

    `second_factor`: a code was given in this session, without which nobody reads the text of an answer.
    """

    name: str
    role: str
    second_factor: bool = False


@dataclass(frozen=True)
class Scope:
    """Whose rows a viewer may see at this moment, as far as the role asks: departments, or one person."""

    role: str
    departments: frozenset[str] = frozenset()
    candidate_id: str | None = None


# Whoever runs commands on the machine can read the keys anyway.
OPERATOR = Viewer("operator", "operator")
