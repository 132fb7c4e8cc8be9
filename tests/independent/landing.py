"""Landed exports read as a stranger would: by the contracts' words, with pandas and no code of ours.

A frame a source: one row a row key, the columns of the contract, times as UTC, null where nothing stands.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import yaml

Row = dict[str, Any]
EXPORTED = {"导出时间", "exported_at", "更新时间"}
BOOLEANS = {"是": True, "true": True, "1": True, "否": False, "false": False, "0": False}


def plain(text: str) -> str:
    """A word as two people would agree that it is the same: width, case and blanks do not count."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(folded.replace("_", " ").split())


@dataclass(frozen=True)
class Contract:
    """One source as its YAML says it."""

    columns: dict[str, dict[str, Any]]
    key: list[str]

    @classmethod
    def read(cls, path: Path) -> Contract:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(loaded["columns"], loaded["key"])

    @cached_property
    def headers(self) -> dict[str, str]:
        """Folded header → column."""
        return {
            plain(word): name
            for name, column in self.columns.items()
            for word in (name, *column.get("aliases", ()))
        }


class Landing:
    """All files below `landing/`; files of one moment in the order of their names."""

    def __init__(self, folder: Path, contracts: Path, zone: ZoneInfo) -> None:
        self.folder, self.zone = folder, zone
        self.contracts = {path.stem: Contract.read(path) for path in sorted(contracts.glob("*.yml"))}
        self._frames: dict[str, pd.DataFrame] = {}

    def files(self, source: str) -> list[Path]:
        """In the order of arrival."""
        found = [path for path in (self.folder / source).glob("*") if path.is_file()]
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns // 1_000_000_000, path.name))

    def latest(self, source: str) -> pd.DataFrame:
        """One row a key: of several versions the last."""
        if source not in self._frames:
            key = self.contracts[source].key
            versions = self.versions(source)
            self._frames[source] = versions.drop_duplicates(key, keep="last").reset_index(drop=True)
        return self._frames[source]

    def versions(self, source: str) -> pd.DataFrame:
        """Every row of every file that arrived for the first time, oldest version first."""
        contract = self.contracts[source]
        rows: list[Row] = []
        seen: set[str] = set()
        for arrival, path in enumerate(self.files(source)):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if digest in seen:
                continue
            seen.add(digest)
            for number, raw in enumerate(read_rows(path, content), start=1):
                row = self._typed(contract, raw)
                row |= {"_file": path.name, "_file_id": digest[:16], "_row": number, "_arrival": arrival}
                rows.append(row)
        far = datetime(1970, 1, 1, tzinfo=UTC)
        rows.sort(key=lambda row: (row["exported_at"] or far, row["_arrival"], row["_row"]))
        lineage = ["exported_at", "_file", "_file_id", "_row", "_arrival"]
        frame = pd.DataFrame(rows, columns=[*contract.columns, *lineage], dtype=object)
        return frame.astype(object).where(frame.notna(), None)

    def _typed(self, contract: Contract, raw: Row) -> Row:
        row: Row = dict.fromkeys(contract.columns)
        row["exported_at"] = None
        for header, value in raw.items():
            if header in EXPORTED:
                row["exported_at"] = self.moment(value)
                continue
            name = contract.headers.get(plain(header))
            if name is not None:
                row[name] = self._value(contract.columns[name], value)
        for name, column in contract.columns.items():
            if row[name] is None and "default" in column:
                row[name] = column["default"]
        return row

    def _value(self, column: dict[str, Any], value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            return "" if column.get("keep_empty") and value is not None else None
        known = _words(column)
        if isinstance(value, str) and plain(value) in known:
            value = known[plain(value)]
        readers: dict[str, Callable[[Any], Any]] = {
            "timestamp": self.moment,
            "date": day,
            "boolean": lambda given: given if isinstance(given, bool) else BOOLEANS[str(given).lower()],
            "integer": lambda given: int(float(given)),
            **dict.fromkeys(("number", "score", "money", "seconds"), number),
        }
        return readers.get(column["type"], trimmed)(value)

    def moment(self, value: Any) -> datetime | None:
        """UTC; a time without an offset is the company's."""
        if value is None or value == "":
            return None
        if not isinstance(value, datetime):
            value = datetime.fromisoformat(str(value))
        if value.tzinfo is None:
            value = value.replace(tzinfo=self.zone)
        found: datetime = value.astimezone(UTC)
        return found


def _words(column: dict[str, Any]) -> dict[str, Any]:
    """Folded word of an export → value of the contract."""
    values = column.get("values", {})
    words = {plain(word): name for name, listed in values.items() for word in (name, *listed)}
    if column["type"] == "boolean":
        return {word: name == "true" for word, name in words.items()}
    return words


def trimmed(value: Any) -> Any:
    """A text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def number(value: Any) -> float:
    """15,000元, 1.5万, 85分 and plain numbers."""
    if not isinstance(value, str):
        return float(value)
    text = unicodedata.normalize("NFKC", value).strip().replace(",", "").rstrip("元分")
    return float(text[:-1]) * 10_000 if text.endswith("万") else float(text)


def day(value: Any) -> date:
    """An ISO day."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])


def read_rows(path: Path, content: bytes) -> Iterator[Row]:
    """The rows of a file by their own headers."""
    if path.suffix == ".parquet":
        yield from pd.read_parquet(io.BytesIO(content)).astype(object).to_dict("records")
    elif path.suffix == ".jsonl":
        yield from (json.loads(line) for line in content.decode("utf-8").splitlines())
    elif path.suffix == ".json":
        yield from json.loads(content)
    elif path.suffix == ".xlsx":
        frame = pd.read_excel(io.BytesIO(content), engine="calamine", dtype=object)
        yield from frame.where(frame.notna(), None).to_dict("records")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        yield from csv.DictReader(io.StringIO(text))
