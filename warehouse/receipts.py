"""Receipts: that somebody was erased, something purged, a request answered; when, by whom, why, how much.

They hold no id of a person and no name.

One small Parquet file each in `privacy/receipts/`, which the marts read too. `receipt_hash` is an HMAC over
all the rest: who has the keys can prove that a receipt was made here and says what it said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import ScorehouseError
from warehouse.settings import Settings
from warehouse.vault import Vault

PURPOSE = "receipts"
ERASURE, PURGE, ANSWER = "erasure", "purge", "answer"
_UTC_TIME = pa.timestamp("us", tz="UTC")
RECEIPTS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("kind", pa.string()),
        ("subject_hash", pa.string()),
        ("pseudonym", pa.string()),
        ("field_class", pa.string()),
        ("requested_at", _UTC_TIME),
        ("done_at", _UTC_TIME),
        ("who", pa.string()),
        ("reason", pa.string()),
        ("manner", pa.string()),
        ("counts", pa.string()),
        ("receipt_hash", pa.string()),
    ]
)
# What a clock or an erasure took from an interview whose row is still there, possibly under a pseudonym.
PURGED = pa.schema(
    [
        ("field_class", pa.string()),
        ("interview_id", pa.string()),
        ("purged_at", _UTC_TIME),
        ("receipt_hash", pa.string()),
    ]
)
# Requests of people that were answered by hand.
ANSWERED = pa.schema([("request_id", pa.string()), ("answered_at", _UTC_TIME), ("receipt_hash", pa.string())])


@dataclass(frozen=True)
class Receipt:
    """`kind`: erasure of a person, answer to a request (both with `subject_hash`), or purge of a class.

    `manner`: of an erasure pseudonymised or removed, of an answer handed_over.

    `pseudonym` is the name under which a person's rows stay, and says nothing of the person. `done_at` is
    None as long as the erasure has only begun.
    """

    receipt_id: str
    kind: str
    subject_hash: str | None
    requested_at: dt.datetime
    who: str
    reason: str
    manner: str
    pseudonym: str | None = None
    field_class: str | None = None
    done_at: dt.datetime | None = None
    counts: Mapping[str, int] | None = None
    receipt_hash: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether everything has been carried out."""
        return self.done_at is not None


def new_receipt_id() -> str:
    """An id that sorts by time and tells nothing else."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def subject_hash(settings: Settings, kind: str, id_: str) -> str:
    """By which somebody who names an id finds the receipt; made by nobody who has not the key."""
    key = Vault.open(settings).system_key(PURPOSE)
    return hmac.new(key, f"{kind}:{id_}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def write_receipt(settings: Settings, receipt: Receipt) -> Receipt:
    """Proves and writes a receipt, whole or not at all; returns it with its hash."""
    lay_out_privacy(settings)
    proved = replace(receipt, receipt_hash=_proof(settings, receipt))
    row = {**asdict(proved), "counts": _counts(proved)}
    table = pa.Table.from_pylist([{name: row[name] for name in RECEIPTS.names}], RECEIPTS)
    _write(settings.privacy / "receipts" / f"{receipt.receipt_id}.parquet", table)
    return proved


def receipts(settings: Settings) -> list[Receipt]:
    """All of them, oldest first. Raises `ScorehouseError` for one that was changed."""
    found = []
    for path in sorted((settings.privacy / "receipts").glob("[!_.]*.parquet")):
        (row,) = pq.ParquetFile(path).read().to_pylist()
        receipt = Receipt(**{**row, "counts": json.loads(row["counts"] or "{}")})
        if not hmac.compare_digest(receipt.receipt_hash or "", _proof(settings, receipt)):
            raise ScorehouseError(f"The receipt {path} was changed: restore it from a backup.")
        found.append(receipt)
    return found


def note_purged(settings: Settings, receipt: Receipt, field_class: str, interview_ids: list[str]) -> None:
    """Notes of which interviews a class of records has gone, for the ledger of what is owed."""
    lay_out_privacy(settings)
    count = len(interview_ids)
    table = pa.table(
        {
            "field_class": [field_class] * count,
            "interview_id": sorted(interview_ids),
            "purged_at": [receipt.done_at or receipt.requested_at] * count,
            "receipt_hash": [receipt.receipt_hash] * count,
        },
        PURGED,
    )
    if count:
        _write(settings.privacy / "purged" / f"{receipt.receipt_id}-{field_class}.parquet", table)


def note_answered(settings: Settings, receipt: Receipt, request_id: str) -> None:
    """Notes that a request has its answer, for the ledger of what is owed."""
    lay_out_privacy(settings)
    row = {
        "request_id": request_id,
        "answered_at": receipt.done_at or receipt.requested_at,
        "receipt_hash": receipt.receipt_hash,
    }
    table = pa.Table.from_pylist([row], ANSWERED)
    _write(settings.privacy / "answered" / f"{receipt.receipt_id}.parquet", table)


def answered(settings: Settings) -> set[str]:
    """The ids of the requests that have their answer."""
    paths = sorted((settings.privacy / "answered").glob("[!_.]*.parquet"))
    return {id_ for path in paths for id_ in pq.ParquetFile(path).read().column("request_id").to_pylist()}


def lay_out_privacy(settings: Settings) -> None:
    """Files of no rows, so that the marts always find what to read."""
    for folder, schema in (("receipts", RECEIPTS), ("purged", PURGED), ("answered", ANSWERED)):
        path = settings.privacy / folder / "_schema.parquet"
        if not path.is_file():
            _write(path, schema.empty_table())


def _counts(receipt: Receipt) -> str:
    return json.dumps(dict(sorted((receipt.counts or {}).items())))


def _proof(settings: Settings, receipt: Receipt) -> str:
    said = {**asdict(receipt), "counts": _counts(receipt)}
    said.pop("receipt_hash")
    told = {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in said.items()
    }
    content = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    return hmac.new(Vault.open(settings).system_key(PURPOSE), content, hashlib.sha256).hexdigest()


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    pq.write_table(table, temporary)
    temporary.replace(path)
