"""Who is meant: every id that a person has in the raw layer, and what the person is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.cipher import Sealer, SealError
from warehouse.erasure.columns import (
    ACCOUNTS,
    CANDIDATE,
    CONTACT,
    EMPLOYEE,
    INTERVIEW,
    KINDS,
    KINDS_OF,
    OWNING,
    RECORDS,
    SEAL_KEY,
    SEALED,
    SOURCES,
)
from warehouse.settings import Settings
from warehouse.vault import Vault

# People are linked by these: who applied and was hired is one person under two numbers.
_LINKS = ("employees", "applications")
_SHORTEST_TOLD = 2


@dataclass(frozen=True)
class Person:
    """The ids of one person by kind, and the names, e-mails and phones that were told of the person."""

    ids: Mapping[str, tuple[str, ...]]
    told: tuple[str, ...] = field(default=(), repr=False)

    @property
    def all_ids(self) -> frozenset[str]:
        """All ids of every kind."""
        return frozenset(id_ for ids in self.ids.values() for id_ in ids)

    def of_column(self, column: str) -> frozenset[str]:
        """The ids that a column may hold, and the e-mails that an account of the person may bear."""
        ids = frozenset(id_ for kind in KINDS_OF.get(column, ()) for id_ in self.ids.get(kind, ()))
        return ids | frozenset(self.mailed) if column in ACCOUNTS else ids

    @property
    def mailed(self) -> tuple[str, ...]:
        """The person's e-mail addresses."""
        return tuple(told for told in self.told if "@" in told)


def find_person(settings: Settings, kind: str, given: str, *, linked: bool = True) -> Person:
    """The person of one id: with `linked` also as the candidate or employee that the person is elsewhere."""
    with duckdb.connect() as connection:
        ids: dict[str, set[str]] = {one: set() for one in KINDS}
        ids[kind].add(given)
        if linked:
            _follow_links(settings, connection, ids)
        people = _values(ids[CANDIDATE])
        found = _select(settings, connection, "interviews", "interview_id", f"candidate_id in ({people})")
        ids[INTERVIEW] |= found
        for source in SOURCES:
            _own_records(settings, connection, source, ids)
    told = _told(settings, ids)
    return Person({one: tuple(sorted(values)) for one, values in ids.items() if values}, told)


def interviews_only(interview_ids: Iterable[str]) -> Person:
    """Some interviews, and nobody: what a clock removes."""
    return Person({INTERVIEW: tuple(sorted(interview_ids))})


def raw_files(settings: Settings, source: str) -> list[Path]:
    """The raw files of a source that hold rows."""
    return sorted((settings.raw / source).glob("[!_.]*.parquet"))


def _follow_links(
    settings: Settings, connection: duckdb.DuckDBPyConnection, ids: dict[str, set[str]]
) -> None:
    before = -1
    while before != (before := len(ids[CANDIDATE]) + len(ids[EMPLOYEE])):
        for source in _LINKS:
            candidates, employees = _values(ids[CANDIDATE]), _values(ids[EMPLOYEE])
            ids[EMPLOYEE] |= _select(
                settings, connection, source, "employee_id", f"candidate_id in ({candidates})"
            )
            ids[CANDIDATE] |= _select(
                settings, connection, source, "candidate_id", f"employee_id in ({employees})"
            )


def _own_records(
    settings: Settings, connection: duckdb.DuckDBPyConnection, source: str, ids: dict[str, set[str]]
) -> None:
    """Adds the ids of the records that are the person's in one source."""
    columns = _columns(settings, source)
    owning = [name for name in OWNING if name in columns]
    conditions = [
        f"{name} in ({_values(id_ for kind in KINDS_OF[name] for id_ in ids[kind])})" for name in owning
    ]
    for column, kinds in KINDS_OF.items():
        if column in columns and kinds[0] in RECORDS and conditions:
            ids[kinds[0]] |= _select(settings, connection, source, column, " or ".join(conditions))


def _select(
    settings: Settings, connection: duckdb.DuckDBPyConnection, source: str, column: str, condition: str
) -> set[str]:
    files = [str(path) for path in raw_files(settings, source)]
    if not files:
        return set()
    rows = connection.execute(
        f"select distinct {column} from read_parquet($files, union_by_name = true) "
        f"where ({condition}) and {column} is not null",
        {"files": files},
    )
    return {value for (value,) in rows.fetchall()}


def _columns(settings: Settings, source: str) -> set[str]:
    files = raw_files(settings, source)
    return set(pq.read_schema(files[-1]).names) if files else set()


def _values(ids: Iterable[str]) -> str:
    return ", ".join("'" + id_.replace("'", "''") + "'" for id_ in sorted(ids)) or "null"


def _told(settings: Settings, ids: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Names, e-mails and phones, opened where they are sealed."""
    told: set[str] = set()
    vault: Vault | None = None
    for source, key, kind in (
        ("candidates", "candidate_id", CANDIDATE),
        ("employees", "employee_id", EMPLOYEE),
    ):
        for path in raw_files(settings, source) if ids[kind] else ():
            table = pq.read_table(path, filters=[(key, "in", sorted(ids[kind]))], partitioning=None)
            for name in CONTACT:
                if name in table.column_names:
                    told |= {str(value) for value in table[name].to_pylist() if value}
                if f"{name}{SEALED}" in table.column_names:
                    vault = vault or Vault.open(settings)
                    told |= _opened(vault, table, source, key, name)
    return tuple(sorted(value for value in told if len(value) >= _SHORTEST_TOLD))


def _opened(vault: Vault, table: pa.Table, source: str, key: str, name: str) -> set[str]:
    keys = vault.open_keys(id_ for id_ in table[SEAL_KEY].to_pylist() if id_)
    found = set()
    for person, key_id, sealed in zip(
        *(table[column].to_pylist() for column in (key, SEAL_KEY, f"{name}{SEALED}")), strict=True
    ):
        if sealed and key_id in keys:
            try:
                found.add(Sealer(keys[key_id]).unseal(sealed, f"{source}|{name}|{person}"))
            except SealError:
                continue  # Damaged: there is nothing to be read, and so nothing to be looked for.
    return found
