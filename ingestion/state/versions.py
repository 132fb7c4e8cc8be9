"""Which rows say something new: every key with its versions in their order, looked up in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.contract import Contract
from ingestion.rows.content import key_sql
from ingestion.state.known_versions import VERSION_ORDER, Arriving, KnownVersions
from ingestion.state.raw_layer import SCHEMA_FILE
from ingestion.state.sightings import sightings_folder

_MEMORY = "400MB"
_THREADS = 2
_BATCH_ROWS = 65_536
_LOADED_ROWS = 1_000_000
_ROWS = """
    select hash({key}) as key, _content_hash,
           epoch_us(coalesce(_exported_at, _arrived_at)) as version_at,
           _arrival_seq as arrival_seq, _row_number as row_number
    from read_parquet($rows, union_by_name = true)
"""
# A sighting's key is that of the row with its content. Of equal neighbours only the first and the last count.
_ROWS_AND_SIGHTINGS = """
    with rows as materialized ({rows}),
    contents as (select _content_hash, any_value(key) as key from rows group by _content_hash),
    versions as (
        select * from rows
        union all
        select contents.key, contents._content_hash, epoch_us(coalesce(seen._exported_at, seen._arrived_at)),
               seen._arrival_seq, seen._row_number
        from read_parquet($sightings) as seen join contents using (_content_hash)
    )
    select * from versions
    qualify (_content_hash = lag(_content_hash) over ({order})
        and _content_hash = lead(_content_hash) over ({order})) is not true
"""
_KNOWN = """
    select key, cast('0x' || _content_hash[:16] as ubigint) as content, version_at, arrival_seq, row_number
    from ({versions})
"""
# Everything that was accepted since a place in the order of arrival, kept or duplicate.
_ACCEPTED = """
    with rows as (
        select {key} as key, _partial_columns is not null as is_partial,
               _content_hash, _exported_at, _arrival_seq, _row_number
        from read_parquet($rows, union_by_name = true)
    ),
    seen as (
        select _content_hash, _exported_at, _arrival_seq, _row_number
        from read_parquet($sightings) where _arrival_seq >= $since
    ),
    contents as (
        select _content_hash, any_value(key) as key, any_value(is_partial) as is_partial
        from rows semi join seen using (_content_hash)
        group by _content_hash
    )
    select key, is_partial, _exported_at as exported_at, _arrival_seq as arrival_seq,
           _row_number as row_number
    from rows where _arrival_seq >= $since
    union all
    select key, is_partial, _exported_at, _arrival_seq, _row_number
    from seen join contents using (_content_hash)
"""
_CANDIDATES = """
    create or replace table interview_candidates as
    select interview_id, candidate_id from read_parquet(?, union_by_name = true)
    qualify row_number() over (partition by interview_id order by
        coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc) = 1
"""


class Versions:
    """The versions of every key of every source; made anew for each pass, spills to `spill`."""

    def __init__(self, raw: Path, spill: Path) -> None:
        self._raw = raw
        self._spill = spill
        self._known: dict[str, KnownVersions] = {}
        # How many interviews are known whose candidate is; None before anybody has asked.
        self._candidates: int | None = None
        self._database = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": _MEMORY,
                "threads": _THREADS,
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
            },
        )

    def close(self) -> None:
        """Frees the memory and the files behind it."""
        self._database.close()

    def arriving(
        self,
        keys: pa.Array,
        contents: pa.Array,
        version_at: npt.NDArray[np.int64],
        numbers: npt.NDArray[np.int64],
        arrival_seq: int,
    ) -> Arriving:
        """N rows of one file in file order: row key, content digest, version time (µs UTC) and row number.

        Threads may call it with several batches at a time; `admit` takes them in their order.
        """
        seqs = np.full(len(numbers), arrival_seq, dtype=np.int64)
        return Arriving.of(self._hashes(keys), _leading_bits(contents), version_at, seqs, numbers)

    def admit(self, contract: Contract, arriving: Arriving) -> npt.NDArray[np.bool_]:
        """N rows → which are kept: those whose content differs from that of the version right before them.

        All of them are known from now on, so that rows that come later find their place between them.
        """
        kept = np.ones(len(arriving.places), dtype=bool)
        kept[self._load(contract).duplicates(arriving)] = False
        return kept

    def forget(self, contract: Contract, arrival_seq: int) -> None:
        """Takes back what a file had admitted that is rejected after all."""
        if contract.source in self._known:
            self._known[contract.source].forget(arrival_seq)

    def reload(self, contract: Contract) -> None:
        """Forgets a whole source: it is read from its files again when it is needed."""
        self._known.pop(contract.source, None)

    def published(self, contract: Contract) -> None:
        """Hears that a source has new raw files."""
        if contract.source == "interviews":
            self._candidates = None

    def candidates_of(self, interviews: Iterable[str]) -> dict[str, str]:
        """interview_id → candidate_id, for those interviews that have been ingested."""
        wanted = pa.table({"interview_id": pa.array(list(interviews), pa.string())})
        # A cursor of its own, since keys are looked up on another thread than rows are compared on.
        with self._database.cursor() as cursor:
            if self._candidates is None:
                made = cursor.execute(_CANDIDATES, [str(self._raw / "interviews" / "*.parquet")])
                (self._candidates,) = made.fetchone() or (0,)
            if not self._candidates:
                return {}
            cursor.register("wanted", wanted)
            rows = cursor.execute(
                "select interview_id, candidate_id from interview_candidates"
                " semi join wanted using (interview_id)"
            ).fetchall()
        return dict(rows)

    def accepted_since(self, contract: Contract, arrival_seq: int) -> Iterator[pa.RecordBatch]:
        """Every row accepted from that arrival on: `key`, `is_partial`, and when and where it came from."""
        given = {
            "rows": str(self._raw / contract.source / "*.parquet"),
            "sightings": str(sightings_folder(self._raw, contract.source) / "*.parquet"),
            "since": arrival_seq,
        }
        with self._database.cursor() as cursor:
            rows = cursor.execute(_ACCEPTED.format(key=_key_of(contract)), given)
            yield from rows.to_arrow_reader(_BATCH_ROWS)

    def _load(self, contract: Contract) -> KnownVersions:
        """A source's versions, read from its raw files and sightings on first use."""
        source = contract.source
        if source in self._known:
            return self._known[source]
        query = _ROWS.format(key=_key_of(contract))
        given = {"rows": str(self._raw / source / "*.parquet")}
        sightings = sightings_folder(self._raw, source)
        if any(path.name != SCHEMA_FILE for path in sightings.glob("*.parquet")):
            query = _ROWS_AND_SIGHTINGS.format(rows=query, order=VERSION_ORDER)
            given["sightings"] = str(sightings / "*.parquet")
        known = self._database.execute(_KNOWN.format(versions=query), given).to_arrow_reader(_LOADED_ROWS)
        self._known[source] = KnownVersions(known, self._spill)
        return self._known[source]

    def _hashes(self, keys: pa.Array) -> npt.NDArray[np.uint64]:
        """N row keys → 64 bits each, the same as over a raw file."""
        with self._database.cursor() as cursor:
            cursor.register("keys", pa.table({"place": np.arange(len(keys)), "key": keys}))
            found = cursor.execute("select place, hash(key) as key from keys").fetchnumpy()
        hashes = np.empty(len(keys), dtype=np.uint64)
        hashes[found["place"]] = found["key"]
        return hashes


def _leading_bits(digests: pa.Array) -> npt.NDArray[np.uint64]:
    """N digests of 128 bits in hex → their first 64 bits."""
    count = len(digests)
    ends = np.frombuffer(digests.buffers()[1], dtype=np.int32)[digests.offset : digests.offset + count + 1]
    text = memoryview(digests.buffers()[2])[ends[0] : ends[-1]]
    return np.frombuffer(bytes.fromhex(str(text, "ascii")), dtype=">u8")[::2].astype(np.uint64)


def _key_of(contract: Contract) -> str:
    return key_sql([(column, contract.columns[column].arrow_type) for column in contract.key])
