"""What is done to a person's rows: names and texts go, ids become pseudonyms, or the rows go altogether."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.erasure.columns import (
    ACCOUNTS,
    ERASED,
    KINDS,
    KINDS_OF,
    NO_KEY,
    OWNING,
    PERSONAL,
    SEAL_KEY,
    SEALED,
)
from warehouse.erasure.person import Person

_DIGITS = 16
_FILE_NAMES = ("_file_name", "file", "message", "by")
# Ids as short as these, of digits only, stand for many other things in a sentence or a path.
SHORTEST_IN_TEXT = 4
_EXTRA = "_extra_sealed"
# What scoring must tell from an answer that was never given: there was a text, and it is gone.
_WAS_THERE = "text_sealed"


@dataclass(frozen=True)
class Change:
    """`removes`: the rows themselves go. `renames`: ids become pseudonyms made of `salt`, which nobody keeps.

    `texts` and `personal`: sealed texts, and what says who the person is, are taken out of rows that stay.
    """

    person: Person
    salt: bytes = field(repr=False, default=b"")
    removes: bool = False
    renames: bool = True
    texts: bool = True
    personal: bool = True

    def pseudonym(self, kind: str, id_: str) -> str:
        """Always the same while the erasure runs; nobody can make it again afterwards."""
        return f"{ERASED}-{self._digest(f'{kind}|{id_}')[:_DIGITS]}"

    def content(self, digest: str) -> str:
        """The digest of a row's content in the place of the one that can be made of the content."""
        return self._digest(f"content|{digest}")[: len(digest)]

    @cached_property
    def renamed(self) -> Mapping[str, Mapping[str, str]]:
        """Kind → id → pseudonym."""
        return {
            kind: {id_: self.pseudonym(kind, id_) for id_ in ids} for kind, ids in self.person.ids.items()
        }

    def names_of(self, column: str) -> dict[str, str]:
        """Id → pseudonym of the ids that a column may hold, and of the e-mails that an account may bear."""
        kinds = KINDS_OF.get(column, KINDS)
        names = {id_: new for kind in reversed(kinds) for id_, new in self.renamed.get(kind, {}).items()}
        if column in ACCOUNTS:
            names |= {told: self.pseudonym("account", told) for told in self.person.mailed}
        return names

    def owned(self, table: pa.Table) -> pa.Array:
        """N rows → which are the person's own."""
        mask = pa.array([False] * table.num_rows)
        for column in OWNING:
            wanted = self.person.of_column(column)
            if column in table.column_names and wanted:
                is_own = pc.is_in(table[column], value_set=pa.array(sorted(wanted), pa.string()))
                mask = pc.or_(mask, is_own.combine_chunks())
        return mask

    def applied(self, table: pa.Table) -> pa.Table:
        """The rows as they are afterwards; the very same table when nothing of it changes."""
        own = self.owned(table)
        has_own = bool(pc.any(own).as_py())
        if self.removes and has_own:
            table, own, has_own = table.filter(pc.invert(own)), None, False
        if has_own:
            table = self._emptied(table, own)
        return self._renamed(table) if self.renames else table

    def in_text(self, text: str) -> str:
        """A sentence, a path or a log without the ids, and without e-mails and phones."""
        return self._pattern.sub(self._said, text) if self._pattern else text

    def _said(self, match: re.Match[str]) -> str:
        found = match[0]
        return next(
            (names[found] for names in self.renamed.values() if found in names),
            ERASED,
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = [word for word in self.needles if len(word) >= SHORTEST_IN_TEXT]
        if not words:
            return None
        either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        return re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])")

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """What tells of the person wherever it stands: ids, e-mails, phones; names are too common."""
        reached = [told for told in self.person.told if "@" in told or any(map(str.isdigit, told))]
        return tuple(sorted({*self.person.all_ids, *reached}))

    def _emptied(self, table: pa.Table, own: pa.Array) -> pa.Table:
        """Own rows without what says who they are, and without their texts."""
        is_any_sealed = False
        for name in table.column_names:
            base = name.removesuffix(SEALED)
            is_personal = base in PERSONAL or name == _EXTRA
            if not (self.personal if is_personal else self.texts and name.endswith(SEALED)):
                continue
            column = table[name].combine_chunks()
            is_any_sealed |= name.endswith(SEALED) and name != _EXTRA
            there = pc.and_(own, pc.is_valid(column))
            nothing = pa.scalar(b"" if name == _WAS_THERE else None, column.type)
            table = _with(table, name, pc.if_else(there, nothing, column))
        if is_any_sealed and SEAL_KEY in table.column_names:
            keys = table[SEAL_KEY].combine_chunks()
            has_key = pc.and_(own, pc.is_valid(keys))
            table = _with(table, SEAL_KEY, pc.if_else(has_key, pa.scalar(NO_KEY, keys.type), keys))
        if self.renames and "_content_hash" in table.column_names:
            made = [
                self.content(digest) if is_own and digest else digest
                for digest, is_own in zip(table["_content_hash"].to_pylist(), own.to_pylist(), strict=True)
            ]
            table = _with(table, "_content_hash", pa.array(made, table["_content_hash"].type))
        return table

    def _renamed(self, table: pa.Table) -> pa.Table:
        for name in table.column_names:
            kind = table.schema.field(name).type
            if name in KINDS_OF and pa.types.is_string(kind):
                table = _with(table, name, replaced(table[name], self.names_of(name)))
            elif name in KINDS_OF and pa.types.is_list(kind):
                table = _with(table, name, self._in_lists(table[name], self.names_of(name)))
            elif name in _FILE_NAMES and pa.types.is_string(kind):
                texts = table[name].unique().drop_null().to_pylist()
                told = {text: new for text in texts if (new := self.in_text(text)) != text}
                table = _with(table, name, replaced(table[name], told))
        return table

    def _in_lists(self, column: pa.ChunkedArray, names: Mapping[str, str]) -> pa.ChunkedArray:
        values = pc.list_flatten(column)
        if not len(values) or not pc.any(pc.is_in(values, value_set=_values(names))).as_py():
            return column
        changed = [
            None if one is None else [names.get(value, value) for value in one] for one in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(changed, column.type)])

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(
            text.encode("utf-8", "surrogatepass"), key=self.salt, digest_size=32
        ).hexdigest()


def replaced(column: pa.ChunkedArray, names: Mapping[str, str]) -> pa.ChunkedArray:
    """The column with some of its values in other words; the very same one when none of them is there."""
    if not names:
        return column
    known = _values(names)
    places = pc.index_in(column, value_set=known)
    if places.null_count == len(column):
        return column
    new = pa.array(list(names.values()), column.type)
    return pc.coalesce(pc.take(new, places), column)


def _values(names: Iterable[str]) -> pa.Array:
    return pa.array(list(names), pa.string())


def _with(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    """The table with another column in the same place; the very same table for the very same column."""
    if column is table[name]:
        return table
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
