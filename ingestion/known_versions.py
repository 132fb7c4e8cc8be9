"""The versions of the keys of one source: which of some new rows say what the version before them said."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.known_keys import MOST_KEYS, KnownKeys

# Versions of a key follow each other by the export's own time where there is one, else by arrival; then in
# the order of arrival. 64 bits stand for a key and 64 for a content. The key is part of the content: two keys
# of one hash may cost a row that is kept twice, never one that is lost.
VERSION_ORDER = "partition by key order by version_at, arrival_seq, row_number"
# A row is a duplicate when the version right before it, of those known and those arriving, says the same.
_DUPLICATES = """
with earlier as materialized (
    select known.* from {known} as known semi join arriving using (key)
),
several as (
    select key from arriving group by key having count(*) > 1
    union all
    select key from earlier
),
versions as (
    select *, cast(null as bigint) as place from earlier
    union all
    select * from arriving semi join several using (key)
),
compared as (
    select place, content = lag(content) over ({order}) as says_the_same from versions
)
select place from compared where place is not null and says_the_same
"""
_FIELDS = "key, content, version_at, arrival_seq, row_number"
_MOST_WAITING = 1_000_000


class KnownVersions:
    """A table of the database that spills to disk; rows of new keys are put there many at a time."""

    def __init__(self, database: duckdb.DuckDBPyConnection, name: str) -> None:
        """`name`: a table with key and content (64 bits each), version_at, arrival_seq and row_number."""
        self._database = database
        self._name = name
        self._keys = KnownKeys()
        (count,) = database.execute(f"select count(*) from {name}").fetchone() or (0,)
        if count > MOST_KEYS:
            self._keys.give_up()
        else:
            keys = database.execute(f"select key from {name}").fetchnumpy()["key"]
            self._keys.add(np.asarray(keys, dtype=np.uint64))
        self._waiting: list[pa.Table] = []

    def duplicates(self, arriving: pa.Table) -> npt.NDArray[np.int64]:
        """The places of the duplicates among N rows in file order; all N are known from now on."""
        keys = arriving["key"].to_numpy()
        places = np.empty(0, dtype=np.int64)
        if self._keys.may_hold_one_of(keys):
            self._flush()
            self._database.register("batch", arriving.append_column("place", pa.array(np.arange(len(keys)))))
            # A table of its own: filters on a registered one would go through Arrow, which takes no 64 bits.
            self._database.execute("create or replace temp table arriving as select * from batch")
            query = _DUPLICATES.format(known=self._name, order=VERSION_ORDER)
            places = np.asarray(self._database.execute(query).fetchnumpy()["place"], dtype=np.int64)
            self._database.unregister("batch")
        self._keys.add(keys)
        self._waiting.append(arriving)
        if sum(len(rows) for rows in self._waiting) > _MOST_WAITING:
            self._flush()
        return places

    def forget(self, arrival_seq: int) -> None:
        """Takes back the rows of an arrival."""
        self._flush()
        self._database.execute(f"delete from {self._name} where arrival_seq = ?", [arrival_seq])

    def drop(self) -> None:
        """Leaves nothing behind."""
        self._database.execute(f"drop table {self._name}")

    def _flush(self) -> None:
        if not self._waiting:
            return
        self._database.register("waiting", pa.concat_tables(self._waiting))
        self._database.execute(f"insert into {self._name} select {_FIELDS} from waiting")
        self._database.unregister("waiting")
        self._waiting = []
