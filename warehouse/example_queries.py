"""The queries of `dbt_project/analyses`, ready to run: a question in both languages, and its SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from warehouse import metrics
from warehouse.mart_words import marts_of
from warehouse.settings import Settings

_QUESTION = re.compile(r"\A-- zh: (?P<zh>.+)\n-- en: (?P<en>.+)\n")
_REF = re.compile(r"\{\{\s*ref\('(\w+)'\)\s*\}\}")


@dataclass(frozen=True)
class ExampleQuery:
    """`sql` runs as it stands; `question` is by language."""

    name: str
    question: Mapping[str, str]
    sql: str


def examples(settings: Settings) -> tuple[ExampleQuery, ...]:
    """Every analysis that begins with its question, by name."""
    return _examples(settings.dbt_project)


@lru_cache(maxsize=2)
def _examples(project: Path) -> tuple[ExampleQuery, ...]:
    settings = Settings(home=Path(), dbt_project=project)
    names = {mart.model: mart.name for mart in marts_of(settings).values()}
    found = []
    for path in sorted((project / "analyses").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        question = _QUESTION.match(text)
        if question is not None:
            bare = _REF.sub(lambda ref: names.get(ref[1], ref[1]), text[question.end() :])
            found.append(
                ExampleQuery(path.stem, question.groupdict(), metrics.render(bare, settings).strip())
            )
    return tuple(found)
