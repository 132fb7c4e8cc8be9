"""The words that people read, YAML files for each language; Chinese is the first language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from warehouse.errors import ScorehouseError

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


class UnknownWordError(ScorehouseError):
    """A page asks for words that the catalogue does not have."""


@dataclass(frozen=True)
class Words:
    """The catalogue of one language; `words("caption.scored", n=3)` fills the named places."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        if key not in self.entries:
            raise UnknownWordError(
                f"words/{self.language}.yml has no entry {key!r}; add it in every language."
            )
        return self.entries[key].format(**values)

    def of(self, family: str, value: object) -> str:
        """Words for a code such as a status; a code without words is shown as it came, nothing for null."""
        if value is None or value != value:
            return ""
        return self.entries.get(f"{family}.{value}", str(value))

    def choices(self, family: str) -> list[str]:
        """The codes of a family, in the order of the catalogue."""
        start = f"{family}."
        return [key.removeprefix(start) for key in self.entries if key.startswith(start)]


@cache
def words_in(language: str) -> Words:
    """The catalogue of `language` (zh or en), all files `<language>.*yml`, read once a process."""
    entries: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"{language}.*yml")):
        entries.update(_flat(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), ""))
    return Words(language, entries)


def _flat(node: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        else:
            yield key, str(value).rstrip("\n")
