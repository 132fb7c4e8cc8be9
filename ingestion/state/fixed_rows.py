"""Quarantined rows that a later file has brought right: they are open no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import UTC_TIME, Contract
from ingestion.rows.content import keyed_digests
from ingestion.state.ledger import Entry, read_entries, write_entry
from ingestion.state.releases import BY_FILE, all_checked, open_rows, unchecked_since, write_release
from ingestion.workshop import Workshop

_OPEN = pa.schema(
    [
        pa.field("arrival_seq", pa.int64()),
        pa.field("row_number", pa.int64()),
        pa.field("key_hash", pa.string()),
        pa.field("exported_at", UTC_TIME),
    ]
)
_ACCEPTED = pa.schema([*_OPEN, pa.field("is_partial", pa.bool_())])
# A row whose key can be read is right when its key is accepted later; any other one when the row of its
# number is, in a later file of the same name. An earlier export brings nothing right of a later one, and a
# partial row only rows of its own profile.
_FIXED = """
    select waiting.arrival_seq as arrival_seq, waiting.row_number as row_number,
           arg_min(later.file, later.arrival_seq) as by
    from waiting
    join files as own on own.arrival_seq = waiting.arrival_seq
    join accepted on accepted.arrival_seq > waiting.arrival_seq
        and {same}
    join files as later on later.arrival_seq = accepted.arrival_seq
    where coalesce(accepted.exported_at, later.ingested_at) >= coalesce(waiting.exported_at, own.ingested_at)
        and (not accepted.is_partial or later.profile is not distinct from own.profile)
        and {condition}
    group by all
"""


def release_fixed(workshop: Workshop, contracts: Mapping[str, Contract], sources: Collection[str]) -> int:
    """Releases what files have brought right since the last time; how many rows.

    Looks at `sources`, and at those that a killed pass did not come to. The counts of files stay: the row of
    that file is in the quarantine as before, only not open any more.
    """
    quarantine = workshop.settings.quarantine
    released = 0
    for source, contract in contracts.items():
        since = unchecked_since(quarantine, source)
        if since is None and source not in sources:
            continue
        released += _Search(workshop, contract, since or 0).release()
        all_checked(quarantine, source)
    return released


@dataclass(frozen=True)
class _Search:
    """The open rows of one source, and what was accepted from an arrival on."""

    workshop: Workshop
    contract: Contract
    since: int

    def release(self) -> int:
        """How many rows were released."""
        settings = self.workshop.settings
        files = read_entries(settings.raw, self.contract.source)
        entries = {entry.arrival_seq: entry for entry in files if entry.status == "ingested"}
        waiting = self._waiting(entries)
        if not waiting.num_rows:
            return 0
        fixed = self._fixed(entries, waiting, self._accepted(waiting))
        for seq in pc.unique(fixed["arrival_seq"]).to_pylist():
            entry = entries[seq]
            rows = fixed.filter(pc.equal(fixed["arrival_seq"], seq)).sort_by("row_number")
            write_release(settings.quarantine, entry, entry.releases + 1, BY_FILE, rows)
            write_entry(settings.raw, replace(entry, releases=entry.releases + 1))
        return int(fixed.num_rows)

    def _waiting(self, entries: Mapping[int, Entry]) -> pa.Table:
        """The open rows of all files."""
        parts = [_OPEN.empty_table()]
        for seq, entry in entries.items():
            for rows in open_rows(self.workshop.settings.quarantine, entry, ["key_hash", "exported_at"]):
                seqs = pa.array([seq] * rows.num_rows, pa.int64())
                parts.append(rows.append_column("arrival_seq", seqs).select(_OPEN.names).cast(_OPEN))
        return pa.concat_tables(parts)

    def _accepted(self, waiting: pa.Table) -> pa.Table:
        """The accepted rows whose key, or whose number, is that of an open row."""
        keys = waiting["key_hash"].drop_null().combine_chunks()
        numbers = waiting.filter(pc.is_null(waiting["key_hash"]))["row_number"].combine_chunks()
        parts = [_ACCEPTED.empty_table()]
        for batch in self.workshop.versions.accepted_since(self.contract, self.since):
            rows = pa.Table.from_batches([batch])
            digests = keyed_digests(batch["key"], self.workshop.key_key) if len(keys) else None
            rows = rows.append_column("key_hash", digests if digests else pa.nulls(len(batch), pa.string()))
            told = pc.or_(
                pc.is_in(rows["key_hash"], value_set=keys), pc.is_in(rows["row_number"], value_set=numbers)
            )
            parts.append(rows.filter(told).select(_ACCEPTED.names).cast(_ACCEPTED))
        return pa.concat_tables(parts)

    def _fixed(self, entries: Mapping[int, Entry], waiting: pa.Table, accepted: pa.Table) -> pa.Table:
        """`arrival_seq`, `row_number` and `by` (the first file that did it) of the rows that are right."""
        files = pa.table(
            {
                "arrival_seq": pa.array(entries, pa.int64()),
                "file": pa.array([entry.file for entry in entries.values()], pa.string()),
                "profile": pa.array([entry.profile for entry in entries.values()], pa.string()),
                "ingested_at": pa.array([entry.ingested_at for entry in entries.values()], UTC_TIME),
            }
        )
        by_key = _FIXED.format(same="accepted.key_hash = waiting.key_hash", condition="true")
        by_number = _FIXED.format(
            same="accepted.row_number = waiting.row_number",
            condition="waiting.key_hash is null and later.file = own.file",
        )
        with duckdb.connect(":memory:") as database:
            tables = {"files": files, "waiting": waiting, "accepted": accepted}
            for name, table in tables.items():
                database.register(name, table)
            fixed: pa.Table = database.execute(f"{by_key} union all {by_number}").to_arrow_table()
        return fixed
