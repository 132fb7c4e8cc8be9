"""Where tracebacks go, and what a person reads instead of one.

Messages of exceptions often quote the value that broke something: a name, a text. So the log keeps where
it happened (files, lines, functions) and of which kind, and the message only where its kind cannot quote
data.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

from warehouse.errors import ScorehouseError
from warehouse.settings import REPOSITORY, Settings

LOG_NAME = "scorehouse.log"
_MAX_BYTES = 5_000_000
_KEPT_FILES = 5
# Kinds whose message is about code or files, not about values of data.
_SAFE_MESSAGES = (
    ScorehouseError,
    ImportError,
    AttributeError,
    NameError,
    NotImplementedError,
    RecursionError,
)


class _PrivateRotatingFile(RotatingFileHandler):
    """Rotates like its parent; every file is readable by this user only."""

    def _open(self) -> object:  # type: ignore[override]
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return super()._open()


def log_file(settings: Settings) -> Path:
    """The log of this installation; older ones stand beside it as `.1` … `.5`."""
    return settings.logs / LOG_NAME


def logger(settings: Settings) -> logging.Logger:
    """The logger that writes to `log_file` (UTC, 5 files of 5 MB); does not print."""
    settings.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = log_file(settings)
    found = logging.getLogger(f"scorehouse.{path}")
    if not found.handlers:
        handler = _PrivateRotatingFile(
            path, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", errors="backslashreplace"
        )
        formatter = logging.Formatter("%(asctime)sZ %(process)d %(levelname)s %(message)s")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        found.addHandler(handler)
        found.setLevel(logging.INFO)
        found.propagate = False
    return found


def explain(error: BaseException, settings: Settings) -> str:
    """One sentence for a person, whatever happened.

    Errors of our own say it themselves. Any other is written to the log under a number, and the sentence
    names its kind, the place in our code, the log and the number; never a value, never a traceback.
    """
    if isinstance(error, ScorehouseError):
        return str(error)
    entry = secrets.token_hex(4)
    where = _place(error)
    try:
        logger(settings).error("[%s] %s", entry, describe(error))
        details = f"details are in {log_file(settings)}, entry {entry}."
    except OSError as failure:
        details = f"details cannot be written to {log_file(settings)} ({failure.strerror})."
    if isinstance(error, MemoryError):
        return f"There is not enough memory{where}; {details}"
    if isinstance(error, OSError) and error.strerror:
        file = f" ({error.filename})" if error.filename else ""
        return f"The system refused: {error.strerror}{file}{where}; {details}"
    return f"Something unexpected happened: {type(error).__name__}{where}; {details}"


def describe(error: BaseException) -> str:
    """The chain of exceptions for the log, oldest first: kinds, places and code, no values."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nled to ".join(_describe_one(found) for found in reversed(chain))


def _describe_one(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}" for frame in frames]
    return "\n".join([f"{type(error).__module__}.{type(error).__qualname__}: {_message(error)}", *lines])


def _message(error: BaseException) -> str:
    if isinstance(error, _SAFE_MESSAGES):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} {error.filename or ''}".rstrip()
    return "(message left out: it may quote a value)"


def _place(error: BaseException) -> str:
    """The innermost line of our own code, as ` in warehouse/marts.py, line 88`."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(REPOSITORY) and not path.is_relative_to(REPOSITORY / ".venv"):
            return f" in {path.relative_to(REPOSITORY)}, line {frame.lineno}"
    return ""
