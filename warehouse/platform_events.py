"""What people do on the pages and the warehouse must know: refusals, comments. Append-only and sealed.

`platform/events.jsonl` holds a line an event, sealed under the data key of the person whom it is about: who
is erased takes it along. A build delivers what waits to ingestion as an export of its source, so that an
event goes the same way as a row of any other system.

An event may have topics, such as who is mentioned: keyed hashes, by which it is found without opening others.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.cipher import Sealer
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings
from warehouse.tombstones import read_tombstones
from warehouse.vault import Vault

Row = Mapping[str, Any]
_Line = dict[str, Any]
_CANDIDATE = "candidate"
# The line that takes another one back, in the place of the source; `of` is the number of that line.
_TAKEN_BACK = "taken_back"
_TEXT = "text"
# Of lines opened by a topic: the key, the number, the source, the row without its text.
_OPENED: dict[bytes, tuple[str, int, str, Row]] = {}
_MOST_OPENED = 100_000


@dataclass(frozen=True)
class Event:
    """One event: its place in the log, the source that it is delivered to, and the row that it is there.

    `waits`: no build has taken it yet, so it can be taken back.
    """

    number: int
    source: str
    row: Row
    waits: bool


def append(
    settings: Settings, candidate_id: str, source: str, row: Row, *, topics: Collection[str] = ()
) -> None:
    """Keeps an event about a candidate, durably; `ScorehouseError` for who was erased."""
    stones = read_tombstones(settings)
    if stones and stones.erased_at(_CANDIDATE, candidate_id):
        raise ScorehouseError("This person was erased: nothing is noted about them any more.")
    subject = f"{_CANDIDATE}:{candidate_id}"
    vault = Vault.open(settings)
    key = vault.keys_for([subject])[subject]
    with _alone(settings):
        number = _count(settings) + 1
        line: _Line = {"number": number, "source": source, "key": key.key_id}
        line["sealed"] = _seal(key.key, number, row)
        if topics:
            line["topics"] = [_hashed(vault, topic) for topic in topics]
        _write_line(settings, line)


def events_of(settings: Settings, candidate_id: str) -> list[Event]:
    """The events about one candidate, oldest first: what pages show before the next build knows of it."""
    subject = f"{_CANDIDATE}:{candidate_id}"
    if not _log(settings).exists():
        return []
    key = Vault.open(settings).known_keys([subject]).get(subject)
    return [] if key is None else list(_opened(settings, _lines(settings, key.key_id), {key.key_id: key.key}))


def events_about(settings: Settings, topic: str) -> list[Event]:
    """The events with a topic, oldest first, without their `text`.

    A line is opened once a process and remembered by its sealed bytes, as long as its person's key is there.
    """
    if not _log(settings).exists():
        return []
    vault, log = Vault.open(settings), _log(settings).read_bytes()
    lines = {_mark(line): line for line in _found(log, _hashed(vault, topic).encode())}
    taken_back = {json.loads(line)["of"] for line in _found(log, _TAKEN_BACK.encode())}
    known = {mark: _OPENED.get(mark) for mark in lines}
    new = {mark: json.loads(lines[mark]) for mark, one in known.items() if one is None}
    keys = vault.open_keys(
        [*(one[0] for one in known.values() if one), *(one["key"] for one in new.values())]
    )
    if len(_OPENED) > _MOST_OPENED:
        _OPENED.clear()
    for mark, line in new.items():
        if line["key"] in keys:
            row = {name: value for name, value in _unseal(keys[line["key"]], line).items() if name != _TEXT}
            known[mark] = _OPENED[mark] = (line["key"], line["number"], line["source"], row)
    delivered = _delivered(settings)
    return [
        Event(one[1], one[2], one[3], waits=one[1] > delivered)
        for one in known.values()
        if one is not None and one[0] in keys and one[1] not in taken_back
    ]


def take_back(settings: Settings, number: int) -> None:
    """Takes an event back that no build has taken yet; `UsageError` when one has."""
    with _alone(settings):
        if number <= _delivered(settings):
            raise UsageError("This was handed over already and cannot be taken back any more.")
        _write_line(settings, {"number": _count(settings) + 1, "source": _TAKEN_BACK, "of": number})


def deliver(settings: Settings) -> int:
    """Hands over what waits as files of landing, by source; how many events. Killed, it does so again."""
    if not _log(settings).exists():
        return 0
    with _alone(settings):
        count, delivered = _count(settings), _delivered(settings)
        if count == delivered:
            return 0
        lines = [line for line in _lines(settings) if line["number"] > delivered]
        keys = Vault.open(settings).open_keys(line["key"] for line in lines)
        by_source: dict[str, list[Event]] = {}
        for event in _opened(settings, lines, keys):
            by_source.setdefault(event.source, []).append(event)
        for source, events in by_source.items():
            folder = settings.landing / source
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"platform-{events[0].number:08d}-{events[-1].number:08d}.jsonl"
            rows = (json.dumps(dict(event.row), ensure_ascii=False) for event in events)
            _write(path, "".join(f"{row}\n" for row in rows))
        _write(_folder(settings) / "delivered", str(count))
    return sum(map(len, by_source.values()))


def waiting_mark(settings: Settings) -> str:
    """Changes with every event: what is said on the pages is news for the next build."""
    path = _log(settings)
    return str(path.stat().st_size) if path.exists() else ""


def rewrite(settings: Settings, changed: Callable[[Row], Row], *, gone: Collection[str] = ()) -> int:
    """Puts other rows in the place of those that name somebody erased, without their topics `gone`; how many.

    Lines that nobody can open any more are emptied; each keeps its number.
    """
    if not _log(settings).exists():
        return 0
    vault = Vault.open(settings)
    topics = {_hashed(vault, topic) for topic in gone}
    with _alone(settings):
        lines = _all_lines(settings)
        keys = vault.open_keys(line["key"] for line in lines if "key" in line)
        told = [_rewritten(line, keys, changed, topics) for line in lines]
        count = sum(before != after for before, after in zip(lines, told, strict=True))
        if count:
            _write(_log(settings), "".join(json.dumps(line) + "\n" for line in told))
    return count


def _rewritten(
    line: _Line, keys: Mapping[str, bytes], changed: Callable[[Row], Row], gone: Collection[str]
) -> _Line:
    if "sealed" not in line:
        return line
    key = keys.get(line["key"])
    if key is None:
        return {"number": line["number"], "source": _TAKEN_BACK, "of": line["number"]}
    row = _unseal(key, line)
    after = changed(row)
    kept = [topic for topic in line.get("topics", ()) if topic not in gone]
    if after == row and kept == line.get("topics", []):
        return line
    return {**line, "sealed": _seal(key, line["number"], after), "topics": kept}


def _lines(settings: Settings, holding: str = "") -> list[_Line]:
    """The lines that stand, those that hold a word when one is asked for, in their order."""
    text = _log(settings).read_bytes()
    found = text.splitlines() if not holding else _found(text, holding.encode(), _TAKEN_BACK.encode())
    lines = [json.loads(line) for line in found]
    taken_back = {line["of"] for line in lines if line["source"] == _TAKEN_BACK}
    return [line for line in lines if "sealed" in line and line["number"] not in taken_back]


def _mark(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=16).digest()


def _found(text: bytes, *words: bytes) -> Iterator[bytes]:
    """The lines that hold one of the words, in their order; the others are not looked at."""
    places = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.add(text.rfind(b"\n", 0, at) + 1)
            end = text.find(b"\n", at)
            at = text.find(word, end) if end >= 0 else -1
    for begin in sorted(places):
        end = text.find(b"\n", begin)
        yield text[begin:] if end < 0 else text[begin:end]


def _all_lines(settings: Settings) -> list[_Line]:
    return [json.loads(line) for line in _log(settings).read_bytes().splitlines()]


def _opened(settings: Settings, lines: Iterable[_Line], keys: Mapping[str, bytes]) -> Iterator[Event]:
    delivered = _delivered(settings)
    for line in lines:
        if line["key"] in keys:
            row = _unseal(keys[line["key"]], line)
            yield Event(line["number"], line["source"], row, waits=line["number"] > delivered)


def _seal(key: bytes, number: int, row: Row) -> str:
    return Sealer(key).seal(json.dumps(dict(row), ensure_ascii=False), f"event|{number}").hex()


def _unseal(key: bytes, line: _Line) -> Row:
    row: Row = json.loads(Sealer(key).unseal(bytes.fromhex(line["sealed"]), f"event|{line['number']}"))
    return row


def _hashed(vault: Vault, topic: str) -> str:
    key = vault.system_key("platform topics")
    return hmac.new(key, topic.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _count(settings: Settings) -> int:
    path = _log(settings)
    text = path.read_bytes() if path.exists() else b""
    # A line that was cut off counts as well: its number is taken.
    return text.count(b"\n") + bool(text.rpartition(b"\n")[2])


def _delivered(settings: Settings) -> int:
    try:
        return int((_folder(settings) / "delivered").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def _write_line(settings: Settings, line: _Line) -> None:
    try:
        with _log(settings).open("a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(settings, error) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    try:
        _folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (_folder(settings) / ".lock").open("w")
    except OSError as error:
        raise _unwritable(settings, error) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unwritable(settings: Settings, error: OSError) -> ScorehouseError:
    return ScorehouseError(
        f"What is said on the pages cannot be kept in {_folder(settings)} ({error.strerror}): "
        "make it writable."
    )


def _folder(settings: Settings) -> Path:
    return settings.home / "platform"


def _log(settings: Settings) -> Path:
    return _folder(settings) / "events.jsonl"


def now() -> str:
    """This moment, as rows of events have it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
