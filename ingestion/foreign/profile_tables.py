"""The tables of another system as a profile describes them: how each is recognised and what it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Self

from pydantic import Field, PrivateAttr, model_validator

from ingestion.arrivals.landing import INSIDE
from ingestion.contract import Contract
from ingestion.foreign.profile_columns import Mapping, Source, Speech, Words
from ingestion.rows.headers import fold

# In `deleted_when`: whatever the column says.
ANYTHING = "*"


class Unpivot(Words):
    """Several columns become rows: the column's name goes to one of ours, its value to another."""

    names_to: str
    values_to: str
    # Their header → what `names_to` says for it.
    columns: dict[str, str] = Field(min_length=1)


class Output(Words):
    """What the rows of a table become: rows of one of our sources."""

    source: str
    columns: dict[str, Source]
    # The row says these columns only; what else is known of its key stays as it was.
    partial: bool = False
    deleted_when: dict[str, str] | None = None
    unpivot: Unpivot | None = None
    speech: Speech | None = None
    _kinds: dict[str, str] = PrivateAttr(default_factory=dict)
    _required: frozenset[str] = PrivateAttr(frozenset())

    def learn(self, contract: Contract) -> None:
        """Told by the loader what type each of our columns has, and without which a row is none."""
        columns = (*contract.columns.values(), contract.exported_at)
        self._kinds = {column.name: column.type for column in columns}
        must = (contract.columns[name] for name in contract.key) if self.partial else columns
        self._required = frozenset(column.name for column in must if column.required)

    def kind(self, column: str) -> str:
        """The contract's type of one of our columns."""
        return self._kinds.get(column, "string")

    def is_required(self, column: str) -> bool:
        """Whether a row without it is none."""
        return column in self._required

    @cached_property
    def headers(self) -> frozenset[str]:
        """The headers and paths that it reads."""
        found = set[str]().union(*(mapping.headers for mapping in self.columns.values()))
        found |= set(self.unpivot.columns) if self.unpivot else set()
        found |= set(self.deleted_when or ())
        return frozenset(found | (self.speech.headers if self.speech else frozenset()))

    @cached_property
    def canonical(self) -> tuple[str, ...]:
        """Our columns that it fills."""
        made = (self.unpivot.names_to, self.unpivot.values_to) if self.unpivot else ()
        return tuple(dict.fromkeys((*self.columns, *made)))

    def lookups(self) -> Iterator[Mapping]:
        """Every look-up in another table, those inside others included."""
        for mapping in self.columns.values():
            yield from (part for part in mapping.everything() if part.lookup)

    @property
    def uses_lookups(self) -> bool:
        """Whether what it gives depends on other files."""
        return next(self.lookups(), None) is not None


def contract_of(contract: Contract, output: Output | None) -> Contract:
    """What a source's rows must be like that come through `output`, or straight from a file."""
    return contract.partial(output.canonical) if output is not None and output.partial else contract


class Table(Words):
    """One table of the other system."""

    # Set by the loader.
    name: str = ""
    # Headers that together tell it from other tables; by default all of `header`.
    recognise: tuple[str, ...] = ()
    # Patterns of file names without ending: needed where headers cannot tell, or are missing.
    files: tuple[str, ...] = ()
    # Only files that are called so: for tables whose headers are found in many others.
    only_named: bool = False
    # The headers of a file that has none.
    header: tuple[str, ...] | None = None
    outputs: tuple[Output, ...] = ()
    # Only looked up; a table with neither outputs nor this is known and passed over.
    reference: bool = False
    # Of several rows with one key the one with the greatest value counts in a look-up (`-h`: the least).
    latest_by: tuple[str, ...] = ()
    deleted_when: dict[str, str] | None = None
    # Patterns of headers that are known and not wanted.
    ignored: tuple[str, ...] = ()
    _looked_at: frozenset[str] = PrivateAttr(frozenset())

    def learn(self, headers: frozenset[str]) -> None:
        """Told by the loader which of its columns others look up."""
        self._looked_at = headers

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, given: object) -> object:
        """Outputs take the table's `deleted_when` unless they have one of their own."""
        if not isinstance(given, dict) or not isinstance(given.get("outputs"), list | tuple):
            return given
        inherited = {"deleted_when": given["deleted_when"]} if "deleted_when" in given else {}
        outputs = [{**inherited, **one} if isinstance(one, dict) else one for one in given["outputs"]]
        return {**given, "outputs": outputs}

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if not self.recognise and not self.header:
            raise ValueError("needs 'recognise', or 'header' where its files have none")
        if self.only_named and not self.files:
            raise ValueError("says 'only_named', but names no 'files'")
        if self.header and not self.files:
            raise ValueError("has files without headers, so that it needs 'files' to be told by their names")
        if self.header and len(set(map(fold, self.header))) < len(self.header):
            raise ValueError("names a header twice in 'header'")
        sources = [output.source for output in self.outputs]
        if len(set(sources)) < len(sources):
            raise ValueError("has two outputs for one source")
        return self

    @cached_property
    def telling(self) -> frozenset[str]:
        """The folded headers that tell it."""
        return frozenset(map(fold, self.recognise or self.header or ()))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Folded headers (and the first parts of paths) that somebody reads."""
        paths = set(self._looked_at).union(*(output.headers for output in self.outputs))
        return frozenset(fold(part) for path in paths for part in (path, path.partition(".")[0]))

    def is_named(self, file_name: str) -> bool:
        """Whether the file is called like one of `files`, whatever its folder, ending and case."""
        name = file_name.replace("\\", "/").replace(INSIDE, "/").rpartition("/")[2].casefold()
        stem = name.partition(".")[0]
        return any(fnmatchcase(told, pattern.casefold()) for pattern in self.files for told in (name, stem))

    def is_ignored(self, header: str) -> bool:
        """Whether a header is known and not wanted."""
        return any(fnmatchcase(header.casefold(), pattern.casefold()) for pattern in self.ignored)

    def has_header_row(self, headers: tuple[str, ...]) -> bool:
        """Whether the first row of a file, read as headers, are its headers."""
        return self.telling <= set(map(fold, headers))

    def given_headers(self, headers: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """What to give to the reader: `header` when the file has no headers of its own, else None."""
        return None if headers is not None and self.has_header_row(headers) else self.header

    def find(self, header: str) -> object | None:
        """The folded header when it is one of this table's (so that it serves readers as `HeaderKnower`)."""
        folded = fold(header)
        return folded if folded in self.telling or folded in self.mentioned else None
