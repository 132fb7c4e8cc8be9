"""Who did what, when, to whose data: `audit.record(settings, who=…, role=…, action=…)`.

One line a deed in `audit/audit.jsonl`, which only grows. Each line holds its number, the SHA-256 of the
line before and an HMAC; an anchor beside the keys holds the number of the last one. So a line that was
changed, taken out, put in or cut off is found by `audit_log.verify`.

People are no part of it in clear. A subject `candidate:<id>`, `employee:<id>` or `interview:<id>` is kept as
a keyed hash and sealed under the person's own data key: readable for as long as the person is not erased.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from warehouse.audit_names import Keys, code_of, subject_of, who_of
from warehouse.errors import AuditError
from warehouse.settings import Settings
from warehouse.vault import Vault

LOG_NAME = "audit.jsonl"
ANCHOR_NAME = "audit.anchor"
# What the first line says that the line before it hashes to.
BEGINNING = "0" * 64
# What a line says instead when the anchor was gone: the chain stays broken there, for everybody to see.
LOST = "f" * 64


class Action(StrEnum):
    """Everything that is recorded."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    SECOND_FACTOR = "second_factor"
    PASSWORD_CHANGED = "password_changed"
    USER_ADDED = "user_added"
    USER_CLOSED = "user_closed"
    USER_RESET = "user_reset"
    GRANTED = "granted"
    REVOKED = "revoked"
    QUERY = "query"
    VIEW_PERSON = "view_person"
    VIEW_TEXT = "view_text"
    EXPORT = "export"
    ERASE = "erase"
    ANSWER_REQUEST = "answer_request"
    PURGE = "purge"
    KEY_ROTATED = "key_rotated"
    REFUSAL = "refusal"
    COMMENT = "comment"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    MAIL_ADDRESS = "mail_address"


@dataclass(frozen=True)
class Anchor:
    """The number of lines that were written, and the SHA-256 of the last."""

    lines: int
    last: str


def record(
    settings: Settings,
    *,
    who: str,
    role: str,
    action: str,
    subject: str = "",
    rows: int | None = None,
    at: dt.datetime | None = None,
    **details: str | int,
) -> None:
    """Appends one line, durably, whatever other processes append at the same time.

    `who` is the account (or `operator`), `subject` is `kind:id`. Details are codes and counts: what looks
    like free text is kept as its hash. Raises `AuditError` when it cannot be written: what is not recorded
    must not happen.
    """
    deed = Action(action)
    try:
        keys = keys_of(settings)
        line: dict[str, object] = {
            "at": (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="milliseconds"),
            "who": who_of(settings, keys, who, role),
            "role": role,
            "action": deed.value,
        }
        if subject:
            line["subject"] = subject_of(settings, keys, subject)
        if rows is not None:
            line["rows"] = rows
        if details:
            line["details"] = {name: code_of(keys, value) for name, value in sorted(details.items())}
        _append(settings, keys, line)
    except OSError as error:
        raise AuditError(
            f"The audit log {log_file(settings)} cannot be written ({error.strerror}): "
            "what is not recorded is not done."
        ) from None


def log_file(settings: Settings) -> Path:
    """Where the lines are."""
    return settings.home / "audit" / LOG_NAME


def keys_of(settings: Settings) -> Keys:
    """The keys of this installation, remembered for as long as its vault is the same file."""
    database = settings.vault / "keys.sqlite"
    try:
        identity = database.stat().st_ino
    except FileNotFoundError:
        Vault.open(settings)
        identity = database.stat().st_ino
    return _keys(settings, identity)


def read_anchor(settings: Settings, keys: Keys) -> Anchor | None:
    """The anchor; None when there is none, `AuditError` when it was changed."""
    path = settings.vault / ANCHOR_NAME
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        number, last, proof = written.decode("ascii").split()
        lines = int(number)
    except ValueError:
        raise AuditError(f"The anchor of the audit log, {path}, is damaged.") from None
    if not hmac.compare_digest(proof, keys.proof_of(f"anchor {lines} {last}".encode())):
        raise AuditError(f"The anchor of the audit log, {path}, was changed.")
    return Anchor(lines, last)


def sha256_of(line: bytes) -> str:
    """What the next line says of this one (without its line break)."""
    return hashlib.sha256(line).hexdigest()


@lru_cache(maxsize=32)
def _keys(settings: Settings, identity: int) -> Keys:
    vault = Vault.open(settings)
    return Keys(vault.system_key("audit"), vault.system_key("audit names"))


def _append(settings: Settings, keys: Keys, content: dict[str, object]) -> None:
    path = log_file(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(path.parent / ".lock"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            before = _ending(settings, keys, descriptor)
            text = _json({"n": before.lines + 1, **content, "before": before.last})
            whole = f'{text[:-1]},"proof":"{keys.proof_of(text.encode())}"}}'.encode()
            if os.write(descriptor, whole + b"\n") <= len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _write_anchor(settings, keys, Anchor(before.lines + 1, sha256_of(whole)))


def _ending(settings: Settings, keys: Keys, descriptor: int) -> Anchor:
    """What the next line goes on from: the anchor, and not a file that somebody may have cut.

    A process that died between its line and the anchor left one line more than the anchor knows. Half a line
    that a crash left was never said to be written, and is taken away.
    """
    last, end = _last_line(descriptor)
    os.ftruncate(descriptor, end)
    found = _told_by(keys, last) if last else None
    try:
        anchor = read_anchor(settings, keys)
    except AuditError:
        anchor = None
    if anchor is None and not last:
        anchor = Anchor(0, BEGINNING)
        _write_anchor(settings, keys, anchor)
    if anchor is None:
        return Anchor(found.lines if found else 0, LOST)
    return found if found is not None and found.lines > anchor.lines else anchor


def _told_by(keys: Keys, line: bytes) -> Anchor | None:
    """What a line says of its place; None for one that we did not write."""
    content = proved(keys, line)
    return None if content is None else Anchor(int(str(content["n"])), sha256_of(line))


def proved(keys: Keys, line: bytes) -> dict[str, object] | None:
    """The content of a line whose HMAC holds; None for any other."""
    text, mark, proof = line.rpartition(b',"proof":"')
    expected = keys.proof_of(text + b"}").encode() + b'"}'
    if not mark or not hmac.compare_digest(proof, expected):
        return None
    content: dict[str, object] = json.loads(text + b"}")
    return content


def _last_line(descriptor: int) -> tuple[bytes, int]:
    """The last whole line without its break, and where it ends in the file."""
    size = os.fstat(descriptor).st_size
    length = 4096
    while True:
        start = max(0, size - length)
        content = os.pread(descriptor, size - start, start)
        end = content.rfind(b"\n")
        begin = content.rfind(b"\n", 0, max(end, 0))
        if start == 0 or begin >= 0:
            return content[begin + 1 : max(end, 0)], start + end + 1
        length *= 8


def _write_anchor(settings: Settings, keys: Keys, anchor: Anchor) -> None:
    """In place and at once: an anchor that a power cut takes back is behind the log, which is no fault."""
    said = f"{anchor.lines:012d} {anchor.last}"
    proof = keys.proof_of(f"anchor {anchor.lines} {anchor.last}".encode())
    path = settings.vault / ANCHOR_NAME
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(descriptor, f"{said} {proof}\n".encode(), 0)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _json(line: dict[str, object]) -> str:
    return json.dumps(line, ensure_ascii=True, separators=(",", ":"))
