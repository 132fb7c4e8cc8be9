"""Which rows are new: every key with the content that it had last, looked up in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.content import key_sql
from ingestion.contract import Contract

_MEMORY = "400MB"
_THREADS = 2
# Of a key's versions the latest counts: by the export's own time where it has one, else by arrival; then in
# the order of arrival. A digest of 128 bits stands for the key; 64 bits tell contents of one key apart.
_LOOK_UP = """
with latest as (
    select arriving.place, known.content, known.version_at, known.arrival_seq, known.row_number
    from arriving join {known} as known on known.key = arriving.key
    qualify row_number() over (
        partition by arriving.place
        order by known.version_at desc, known.arrival_seq desc, known.row_number desc
    ) = 1
)
select arriving.content, latest.content as last_content, latest.version_at as last_at,
       latest.arrival_seq as last_seq, latest.row_number as last_row
from arriving left join latest using (place)
order by arriving.place
"""
Version = tuple[int, int, int]


@dataclass(frozen=True)
class Arrivals:
    """N rows of one file in file order: row key, content digest, version time (µs UTC) and row number."""

    keys: pa.Array
    contents: pa.Array
    version_at: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    arrival_seq: int


class Versions:
    """The latest version of every key of every source; made anew for each pass, spills to `spill`."""

    def __init__(self, raw: Path, spill: Path) -> None:
        self._raw = raw
        self._loaded: set[str] = set()
        self._has_candidates = False
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

    def admit(self, contract: Contract, arrivals: Arrivals) -> npt.NDArray[np.bool_]:
        """N rows → which are kept: those whose content differs from the latest version of their key so far.

        Rows of a batch are taken one after the other, so that a file may hold several versions of a key.
        The kept ones are known from now on.
        """
        known = self._load(contract)
        self._database.register(
            "batch",
            pa.table(
                {
                    "place": np.arange(len(arrivals.numbers)),
                    "key": arrivals.keys,
                    "content": arrivals.contents,
                    "version_at": arrivals.version_at,
                    "row_number": arrivals.numbers,
                }
            ),
        )
        self._database.execute(
            "create or replace temp table arriving as select place, md5_number(key) as key,"
            " md5_number_lower(content) as content, version_at, row_number from batch"
        )
        last = self._database.execute(_LOOK_UP.format(known=known)).to_arrow_table()
        differs = pc.fill_null(pc.not_equal(last["content"], last["last_content"]), True)
        kept: npt.NDArray[np.bool_] = np.array(differs, dtype=bool)
        self._settle_repeated(arrivals, last, kept)
        self._database.register("admitted", pa.table({"place": np.flatnonzero(kept)}))
        self._database.execute(
            f"insert into {known} select key, content, version_at, ?, row_number"
            " from arriving semi join admitted using (place)",
            [arrivals.arrival_seq],
        )
        return kept

    def forget(self, contract: Contract, arrival_seq: int) -> None:
        """Takes back what a file had admitted that is rejected after all."""
        if contract.source in self._loaded:
            self._database.execute(
                f"delete from known_{contract.source} where arrival_seq = ?", [arrival_seq]
            )

    def candidates_of(self, interviews: Iterable[str]) -> dict[str, str]:
        """interview_id → candidate_id, for those interviews that have been ingested."""
        if not self._has_candidates:
            self._load_candidates()
        wanted = pa.table({"interview_id": pa.array(list(interviews), pa.string())})
        self._database.register("wanted", wanted)
        rows = self._database.execute(
            "select interview_id, candidate_id from interview_candidates"
            " semi join wanted using (interview_id)"
        ).fetchall()
        return dict(rows)

    def _settle_repeated(self, arrivals: Arrivals, last: pa.Table, kept: npt.NDArray[np.bool_]) -> None:
        """Decides the rows whose key comes more than once in the batch, in the order of the file."""
        encoded = arrivals.keys.dictionary_encode()
        if len(encoded.dictionary) == len(encoded):
            return
        codes = encoded.indices.to_numpy()
        repeated = np.flatnonzero(np.bincount(codes)[codes] > 1)
        rows = last.take(pa.array(repeated)).to_pylist()
        latest: dict[int, tuple[int, Version]] = {}
        for place, row in zip(repeated.tolist(), rows, strict=True):
            code = int(codes[place])
            if code not in latest and row["last_content"] is not None:
                latest[code] = (row["last_content"], (row["last_at"], row["last_seq"], row["last_row"]))
            before = latest.get(code)
            kept[place] = before is None or before[0] != row["content"]
            version = (int(arrivals.version_at[place]), arrivals.arrival_seq, int(arrivals.numbers[place]))
            if kept[place] and (before is None or version >= before[1]):
                latest[code] = (row["content"], version)

    def _load(self, contract: Contract) -> str:
        """The table of a source's versions, read from its raw files on first use."""
        name = f"known_{contract.source}"
        if contract.source not in self._loaded:
            key = key_sql([(column, contract.columns[column].arrow_type) for column in contract.key])
            self._database.execute(
                f"create table {name} as select md5_number({key}) as key,"
                " md5_number_lower(_content_hash) as content,"
                " epoch_us(coalesce(_exported_at, _arrived_at)) as version_at,"
                " _arrival_seq as arrival_seq, _row_number as row_number"
                " from read_parquet(?, union_by_name = true)",
                [str(self._raw / contract.source / "*.parquet")],
            )
            self._loaded.add(contract.source)
        return name

    def _load_candidates(self) -> None:
        self._database.execute(
            "create table interview_candidates as select interview_id, candidate_id"
            " from read_parquet(?, union_by_name = true)"
            " qualify row_number() over (partition by interview_id order by"
            " coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc) = 1",
            [str(self._raw / "interviews" / "*.parquet")],
        )
        self._has_candidates = True
