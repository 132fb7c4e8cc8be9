"""The process that `taking_in.beside` starts: takes in what has landed, scores it, and says so.

`python -m orchestration.taking_in_process` reads the settings, and whether to score anew, from its standard
input (a pickle) and writes what it has to say to its standard output, a pickle each. Its input stays open as
long as somebody listens.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from typing import BinaryIO

from orchestration.garbage import nothing_is_garbage
from orchestration.taking_in import FAILED, FILE, PROGRESS, SCORED, TAKEN, TakingIn
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings


def take_in(settings: Settings, anew: bool, listener: BinaryIO) -> None:
    """Ingests and scores; all that is said of it, also the error that ends it, goes to the listener."""

    def tell(kind: str, said: object) -> None:
        pickle.dump((kind, said), listener)
        listener.flush()

    taking_in = TakingIn(settings)
    try:
        with nothing_is_garbage():
            from ingestion import ingest  # noqa: F401
            from orchestration import bulk_scoring  # noqa: F401
        tell(TAKEN, taking_in.ingest(lambda file: tell(FILE, file)))
        tell(SCORED, taking_in.score(lambda *done: tell(PROGRESS, done), anew=anew))
    except Exception as error:
        tell(FAILED, portable(error))


def portable(error: Exception) -> Exception:
    """The error, or one that says the same and can be sent to another process."""
    try:
        if str(pickle.loads(pickle.dumps(error))) == str(error):
            return error
    except Exception:
        pass
    kind = ScorehouseError if isinstance(error, ScorehouseError) else RuntimeError
    return kind(str(error))


def _end_with_listener() -> None:
    """Without whoever began it nobody holds the build lock."""
    # Not through Python's own reader, whose lock would be held when the process ends.
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Ctrl-C is the listener's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as listener:
        # What is printed by anybody would stand between the pickles.
        os.dup2(2, 1)
        settings, anew = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_listener, daemon=True).start()
        take_in(settings, anew, listener)


if __name__ == "__main__":
    main()
