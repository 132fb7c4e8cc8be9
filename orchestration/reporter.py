"""What a build says while it works: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """Receives the steps of a build in order."""

    def step(self, name: str, total: int | None = None) -> None:
        """A new step begins; `total` is its number of units when that is known."""

    def advance(self, done: int, total: int | None = None) -> None:
        """`done` units of the current step are finished."""

    def line(self, text: str) -> None:
        """One sentence about the current step."""

    def close(self) -> None:
        """Nothing follows."""


class SilentReporter:
    """For Dagster's own runs, whose pages show the same as metadata."""

    def step(self, name: str, total: int | None = None) -> None:
        """Ignored."""

    def advance(self, done: int, total: int | None = None) -> None:
        """Ignored."""

    def line(self, text: str) -> None:
        """Ignored."""

    def close(self) -> None:
        """Ignored."""


class LineReporter:
    """Plain lines, at most one in two seconds for progress within a step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = 0.0

    def step(self, name: str, total: int | None = None) -> None:
        """Print the name of the step."""
        self._console.print(f"{name} …", highlight=False)

    def advance(self, done: int, total: int | None = None) -> None:
        """Print how far the step is, seldom enough to be read."""
        now = time.monotonic()
        if now - self._last >= 2:
            self._last = now
            self._console.print(f"  {done:,}{f' of {total:,}' if total else ''}", highlight=False)

    def line(self, text: str) -> None:
        """Print the sentence."""
        self._console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        """Nothing to end."""


class BarReporter:
    """A bar a step, for terminals."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None
        self._progress.start()

    def step(self, name: str, total: int | None = None) -> None:
        """Finish the bar before, begin a new one."""
        self._finish()
        self._task = self._progress.add_task(name, total=total)

    def advance(self, done: int, total: int | None = None) -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def line(self, text: str) -> None:
        """Print the sentence above the bars."""
        self._progress.console.print(f"  {text}", highlight=False, markup=False)

    def close(self) -> None:
        """Finish the last bar and give the terminal back."""
        self._finish()
        self._progress.stop()

    def _finish(self) -> None:
        if self._task is None:
            return
        task = next(task for task in self._progress.tasks if task.id == self._task)
        total = task.total if task.total is not None else max(task.completed, 1)
        self._progress.update(self._task, total=total, completed=total)


def reporter_for(stream: TextIO) -> Reporter:
    """Bars when a person watches, lines when a file or another program does.

    The stream is bound now: what dbt prints later is led elsewhere, and progress must not follow it.
    """
    console = Console(file=stream, soft_wrap=True)
    return BarReporter(console) if console.is_terminal else LineReporter(console)
