"""A proposed calibration as files to review, and its way into the seed when somebody says so."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.rating.calibrating import PROPOSED, SEED, Outcome, Rated, rated_of, read_rated, seed_text
from orchestration.rating.calibration_card import calibration_card
from orchestration.rating.model_folder import today
from scoring_udfs.calibration import Knots
from warehouse.errors import UsageError
from warehouse.locks import build_lock
from warehouse.seeds import rubric_version
from warehouse.settings import Settings

_HEADER = ["competency_id", "raw", "calibrated"]


@dataclass(frozen=True)
class Proposal:
    """What a calibration came to, and from what."""

    outcomes: Sequence[Outcome]
    knots: dict[str, Knots]
    scale: tuple[float, float]
    least: int

    @property
    def is_any(self) -> bool:
        """Whether it would change anything."""
        return any(one.verdict == PROPOSED for one in self.outcomes)

    def write(self, target: Path) -> list[Path]:
        """The seed as proposed and its card (.card.md, .card.json beside it); returns their paths."""
        markdown, facts = calibration_card(self.outcomes, self.scale, self.least, today().isoformat())
        files = {
            target: seed_text(self.knots),
            target.with_suffix(".card.md"): markdown,
            target.with_suffix(".card.json"): facts,
        }
        for path, text in files.items():
            _write(path, text)
        return list(files)

    def install(self, settings: Settings) -> Path:
        """Replaces the seed; returns where the old one was put. Not while a build reads it."""
        with build_lock(settings):
            path = settings.seeds / f"{SEED}.csv"
            old = path.read_text(encoding="utf-8-sig")
            header = next(csv.reader(old.splitlines()), [])
            if [name.strip() for name in header] != _HEADER:
                raise UsageError(
                    f"{path} has columns beside {', '.join(_HEADER)}: enter the knots of --out FILE by hand."
                )
            backup = settings.exports / f"{SEED}_before_{rubric_version(settings.seeds)}.csv"
            _write(backup, old)
            _write(path, seed_text(self.knots), mode=path.stat().st_mode & 0o777)
        return backup


def rated_units(settings: Settings, source: Path | None, scale: tuple[float, float]) -> dict[str, Rated]:
    """By competency: of the file, or of the warehouse where there is none."""
    if source is not None:
        return read_rated(source, scale)
    from orchestration.rating.warehouse_ratings import rated_competencies_of

    return rated_of(rated_competencies_of(settings), scale)


def check_target(target: Path | None) -> None:
    """`UsageError` when the proposal cannot go there."""
    if target is not None and (target.suffix.lower() != ".csv" or target.is_dir()):
        raise UsageError(f"{target}: name a file that ends in .csv; its card will stand beside it.")


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from error
