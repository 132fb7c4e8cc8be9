"""Whether a word is a header at all, for readers of files of which nobody knows yet whose they are."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.foreign.profile import Profile
from ingestion.rows.headers import HeaderReader, fold

_REMEMBERED_HEADERS = 100_000


class EveryHeader:
    """Knows the headers of every contract and of every table of every profile."""

    def __init__(self, readers: Mapping[str, HeaderReader], profiles: Mapping[str, Profile]) -> None:
        self._readers = tuple(readers.values())
        tables = (table for profile in profiles.values() for table in profile.tables.values())
        self._foreign = frozenset[str]().union(*(table.telling | table.mentioned for table in tables))
        # Whether a header is known: first rows repeat, and asking every contract takes its time.
        self._asked: dict[str, bool] = {}

    def find(self, header: str) -> object | None:
        """Something when the header is known anywhere."""
        if header not in self._asked:
            if len(self._asked) >= _REMEMBERED_HEADERS:
                self._asked.clear()
            # What is no word is no header, and sheets of numbers have many cells.
            self._asked[header] = any(map(str.isalpha, header)) and self._is_known(header)
        return header if self._asked[header] else None

    def _is_known(self, header: str) -> bool:
        return fold(header) in self._foreign or any(reader.find(header) for reader in self._readers)
