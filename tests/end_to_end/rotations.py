"""The master key is changed again and again while something else runs."""

from __future__ import annotations

import threading
from types import TracebackType

from warehouse import key_rotation
from warehouse.settings import Settings

_EVERY_SECONDS = 0.5


class Rotations(threading.Thread):
    """`with Rotations(settings) as rotations:` rotates until the block ends; what goes wrong is kept."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._ended = threading.Event()
        self.done = 0
        self.failed: list[Exception] = []

    def run(self) -> None:
        """A new master key every half second."""
        while not self.failed and not self._ended.wait(_EVERY_SECONDS):
            try:
                key_rotation.rotate(self._settings)
                self.done += 1
            except Exception as error:
                self.failed.append(error)

    def __enter__(self) -> Rotations:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self.join()
