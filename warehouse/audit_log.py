"""Reading the audit log: who did what, and whether every line is still as it was written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.audit import BEGINNING, Anchor, keys_of, log_file, proved, read_anchor, sha256_of
from warehouse.audit_names import PEOPLE, Keys
from warehouse.cipher import SealError, unseal
from warehouse.errors import AuditError
from warehouse.settings import Settings
from warehouse.vault import Vault


@dataclass(frozen=True)
class Entry:
    """One line; `subject` and `who` are readable again where the person is not erased, else `kind:#hash`."""

    number: int
    at: dt.datetime
    who: str
    role: str
    action: str
    subject: str
    rows: int | None
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many lines, and the first that is not as it was written."""

    lines: int
    broken: int | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the whole log is as it was written."""
        return self.broken is None


# Why a log does not hold; pages have their own words for each.
CHANGED = "changed"
MISSING = "missing"
CUT = "cut"
ANCHOR = "anchor"
SENTENCES = {
    CHANGED: "line {line} was changed, or was not written by this installation.",
    MISSING: "line {line} does not follow the one before it: lines were taken out, put in or moved.",
    CUT: "line {line} is missing, and whatever came after it: the end was cut off.",
    ANCHOR: "the anchor in the vault is missing or was changed, so that a cut end would not be noticed.",
}


def verify(settings: Settings) -> Verdict:
    """Reads every line anew and says the first that is not as it was written."""
    keys = keys_of(settings)
    try:
        anchor, anchor_holds = read_anchor(settings, keys), True
    except AuditError:
        anchor, anchor_holds = None, False
    number, last = 0, BEGINNING
    anchored = anchor is None or anchor.lines == 0
    for number, line in enumerate(_lines(settings), start=1):
        why = _fault(keys, number, line, last)
        if why:
            return Verdict(number, number, why)
        last = sha256_of(line)
        if anchor is not None and number == anchor.lines:
            anchored = last == anchor.last
    return _ending(number, anchor, anchored, anchor_holds)


def entries(
    settings: Settings,
    *,
    who: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    last: int | None = None,
) -> list[Entry]:
    """The lines that match, newest first, at most `last`; `until` is the first instant too late.

    A subject is asked for as `kind:id`, or as an id alone. Lines that cannot be read are left to `verify`.
    """
    keys = keys_of(settings)
    wanted = _names(keys, subject) if subject else None
    whose = _names(keys, who) | {who} if who else None
    found: list[dict[str, object]] = []
    for line in _lines(settings):
        content = _read(line)
        if content is None or (action and content["action"] != action):
            continue
        at = dt.datetime.fromisoformat(str(content["at"]))
        if (since and at < since) or (until and at >= until):
            continue
        if (wanted is not None and _hash_or_text(content.get("subject")) not in wanted) or (
            whose is not None and _hash_or_text(content["who"]) not in whose
        ):
            continue
        found.append(content)
    found.reverse()
    return _opened(settings, found[:last] if last is not None else found)


def _fault(keys: Keys, number: int, line: bytes, last: str) -> str:
    content = proved(keys, line)
    if content is None:
        return CHANGED
    return "" if content["n"] == number and content["before"] == last else MISSING


def _ending(lines: int, anchor: Anchor | None, anchored: bool, anchor_holds: bool) -> Verdict:
    if not anchor_holds or (anchor is None and lines):
        return Verdict(lines, lines + 1, ANCHOR)
    if anchor is not None and lines < anchor.lines:
        return Verdict(lines, lines + 1, CUT)
    return Verdict(lines) if anchored or anchor is None else Verdict(lines, anchor.lines, CHANGED)


def _lines(settings: Settings) -> Iterator[bytes]:
    """Line by line. What a writer has not finished yet, or a crash left half, is no line."""
    try:
        with log_file(settings).open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]
    except FileNotFoundError:
        return


def _read(line: bytes) -> dict[str, object] | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    needed = {"n", "at", "who", "role", "action"}
    return content if isinstance(content, dict) and needed <= content.keys() else None


def _names(keys: Keys, asked: str) -> set[str]:
    """Everything under which `asked` may stand: as it is, or hashed as a person of any kind."""
    kinds = ("", *(f"{kind}:" for kind in (*PEOPLE, "account", "department", "mart")))
    spelled = {asked} if ":" in asked else {f"{kind}{asked}" for kind in kinds}
    return spelled | {keys.hash_of(name) for name in spelled}


def _hash_or_text(kept: object) -> str:
    return str(kept["hash"]) if isinstance(kept, dict) else str(kept or "")


def _opened(settings: Settings, contents: Sequence[Mapping[str, object]]) -> list[Entry]:
    """With the people's ids, as far as their keys still are."""
    sealed = [kept for content in contents for kept in (content["who"], content.get("subject"))]
    key_ids = {str(kept["key"]) for kept in sealed if isinstance(kept, dict) and "key" in kept}
    data_keys = Vault.open(settings).open_keys(key_ids) if key_ids else {}
    return [
        Entry(
            number=int(str(content["n"])),
            at=dt.datetime.fromisoformat(str(content["at"])),
            who=_shown(content["who"], data_keys),
            role=str(content["role"]),
            action=str(content["action"]),
            subject=_shown(content.get("subject"), data_keys),
            rows=None if content.get("rows") is None else int(str(content["rows"])),
            details=_details(content.get("details")),
        )
        for content in contents
    ]


def _details(kept: object) -> dict[str, str | int]:
    return dict(kept) if isinstance(kept, dict) else {}


def _shown(kept: object, data_keys: Mapping[str, bytes]) -> str:
    if not isinstance(kept, dict):
        return str(kept or "")
    key = data_keys.get(str(kept.get("key")))
    hidden = f"{kept.get('kind', '')}:#{str(kept['hash'])[:12]}".lstrip(":")
    if key is None:
        return hidden
    try:
        return unseal(key, bytes.fromhex(str(kept["sealed"])), f"audit:{kept['hash']}")
    except (SealError, ValueError, KeyError):
        return hidden
