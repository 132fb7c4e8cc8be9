"""What people call the criteria of the scoring rules: their names, else what is missing without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.ask import Row
from dashboards.frame import Visit
from dashboards.rulebook import Rulebook, rulebook


@dataclass(frozen=True)
class Criterion:
    """A criterion in the reader's language; of one that the rules no longer have only the id is known."""

    criterion_id: str
    name: str
    competency: str = ""
    loss: str = ""
    advice: str = ""


def criteria_of(page: Visit, ids: Sequence[str]) -> list[Criterion]:
    """The criteria of these ids in their order; one without any words is numbered by its place."""
    book, lang = rulebook(page.settings.seeds, page.today), page.words.language
    named = names(book, lang)
    rows, skills = book.by("criteria", "criterion_id"), book.by("competencies", "competency_id")
    found = []
    for place, criterion_id in enumerate(ids, start=1):
        row = rows.get(criterion_id, {})
        skill = skills.get(row.get("competency_id") or "", {})
        found.append(
            Criterion(
                criterion_id,
                named.get(criterion_id) or page.words("elements.unnamed", n=place),
                *(str(part or "") for part in (skill.get(f"name_{lang}"), *_told(row, lang))),
            )
        )
    return found


def names(book: Rulebook, lang: str) -> Mapping[str, str]:
    """Criterion → its name of the seed `criterion_names`, else what is missing where it is not met."""
    missing = {row["criterion_id"]: row.get(f"loss_{lang}") for row in book.rows("criteria")}
    given = {row["criterion_id"]: row.get(f"name_{lang}") for row in book.rows("criterion_names")}
    named = {key: given.get(key) or loss for key, loss in missing.items()}
    return {key: name for key, name in named.items() if name}


def _told(row: Row, lang: str) -> tuple[str | None, str | None]:
    return row.get(f"loss_{lang}"), row.get(f"advice_{lang}")
