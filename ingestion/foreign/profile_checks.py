"""Whether a profile can work: its columns exist, its tables can be told apart, its look-ups lead on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingestion.contract import EXPORTED_AT, Contract
from ingestion.foreign.profile_tables import Output, Table
from ingestion.rows.headers import fold

_PARTIAL = ("employees", "applications")


def check_profile(
    tables: Mapping[str, Table], timezone: str | None, contracts: Mapping[str, Contract]
) -> str | None:
    """The first thing that is wrong, as the end of a sentence about the profile; None when nothing is."""
    return next(_problems(tables, timezone, contracts), None)


def _problems(
    tables: Mapping[str, Table], timezone: str | None, contracts: Mapping[str, Contract]
) -> Iterator[str]:
    if timezone is not None and not _is_zone(timezone):
        yield f"names the time zone {timezone!r}, which does not exist"
    looked_up: set[str] = set()
    for name, table in tables.items():
        for output in table.outputs:
            place = f"tables.{name} ({output.source})"
            yield from _output_problems(place, table, output, contracts)
            yield from _lookup_problems(place, output, tables)
            looked_up.update(str(mapping.lookup) for mapping in output.lookups())
    for name, table in tables.items():
        if table.reference and name not in looked_up:
            yield f"is wrong at tables.{name}: it is marked 'reference', but nothing looks it up"
    yield from _alike(tables)


def _output_problems(
    place: str, table: Table, output: Output, contracts: Mapping[str, Contract]
) -> Iterator[str]:
    contract = contracts.get(output.source)
    if contract is None:
        yield f"is wrong at {place}: there is no source {output.source!r}"
        return
    if output.partial and output.source not in _PARTIAL:
        yield f"is wrong at {place}: only rows of {' and '.join(_PARTIAL)} can be partial"
    ours = (*contract.columns, EXPORTED_AT)
    for column in output.canonical:
        if column not in ours:
            yield f"is wrong at {place}: {output.source} has no column {column!r}"
    needed = contract.key if output.partial else (*contract.key, *contract.required_columns)
    for column in dict.fromkeys(needed):
        must = contract.columns[column].required
        if must and column not in output.canonical:
            yield f"is wrong at {place}: nothing is mapped to {column}, which {output.source} requires"
    uses_speech = any(part.speech for mapping in output.columns.values() for part in mapping.everything())
    if uses_speech and output.speech is None:
        yield f"is wrong at {place}: a column takes speech, but 'speech' does not say where it is"
    if table.header:
        known = set(map(fold, table.header))
        for header in sorted(output.headers):
            if fold(header) not in known:
                yield f"is wrong at {place}: it reads {header!r}, which is not in the table's 'header'"


def _lookup_problems(place: str, output: Output, tables: Mapping[str, Table]) -> Iterator[str]:
    for mapping in output.lookups():
        table = tables.get(str(mapping.lookup))
        if table is None:
            yield f"is wrong at {place}: it looks up {mapping.lookup!r}, which is no table of the profile"
            continue
        if not table.reference and not table.outputs:
            yield f"is wrong at {place}: it looks up {mapping.lookup!r}; mark that table 'reference: true'"
        start = (mapping.as_of.start,) if mapping.as_of else ()
        known = set(map(fold, table.header or ()))
        for header in (*(mapping.on or ()), str(mapping.take), *start):
            if known and fold(header) not in known:
                yield f"is wrong at {place}: the table {mapping.lookup!r} has no column {header!r}"


def _alike(tables: Mapping[str, Table]) -> Iterator[str]:
    """Tables that nothing tells apart."""
    seen: dict[frozenset[str], Table] = {}
    for table in tables.values():
        other = seen.setdefault(table.telling, table)
        if other is not table and not (other.files and table.files):
            yield (
                f"is wrong at tables.{table.name}: it is recognised by the same headers as {other.name}; "
                "add a header that only one has to 'recognise', or name the 'files' of both"
            )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
