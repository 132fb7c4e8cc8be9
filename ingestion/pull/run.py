"""All pulls of an installation, one after the other; one that fails does not stop the others."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingestion.foreign.profile import load_profiles
from ingestion.pull.clock import Clock, SystemClock
from ingestion.pull.config import DatabasePull, Pull, load
from ingestion.pull.errors import PullError
from ingestion.pull.files import Landing, staging
from ingestion.pull.folder import FOLDER, configured
from ingestion.pull.one_pull import Limits, OnePull
from ingestion.pull.origin import Origin
from ingestion.pull.report import PullReport
from ingestion.pull.secret_values import Secrets
from ingestion.pull.state import State, load_state
from warehouse import logs
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings
from warehouse.vault import Vault

STATES = ".state"
DIGEST_PURPOSE = "pulled rows"
OnPull = Callable[[PullReport], None]


def pull_all(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    full: bool = False,
    on_done: OnPull | None = None,
    clock: Clock | None = None,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> tuple[PullReport, ...]:
    """Runs the pulls named, or all; `on_done` hears of each as it ends.

    `full` ignores what was pulled before. What is wrong with one pull is in its report; raises `UsageError`
    for a name that no configuration has.
    """
    files = configured(settings)
    for name in names:
        if name not in files:
            known = ", ".join(files) or "none yet"
            raise UsageError(
                f"There is no pull {name!r}; those of {settings.home / FOLDER} are: {known}. "
                "A pull is a file NAME.yml there."
            )
    reports = []
    for name in dict.fromkeys(names or files):
        report = _pull_one(
            settings,
            files[name],
            full=full,
            clock=clock or SystemClock(),
            secrets=Secrets(environment),
            limits=limits or Limits(),
        )
        reports.append(report)
        if on_done is not None:
            on_done(report)
    return tuple(reports)


def _pull_one(
    settings: Settings, path: Path, *, full: bool, clock: Clock, secrets: Secrets, limits: Limits
) -> PullReport:
    """One pull and its report, whatever happens."""
    name = path.stem
    target = ""
    work: OnePull | None = None
    try:
        pull = load(path)
        target = pull.target
        _check_profile(settings, pull)
        with _alone(settings, name) as states:
            origin = _origin(pull, secrets, clock)
            try:
                work = _work(
                    settings, pull, origin, states, full=full, clock=clock, secrets=secrets, limits=limits
                )
                work.run()
            finally:
                origin.close()
    except PullError as error:
        failure = f"The pull {name} failed: {error}{work.landed if work else ''}."
    except ScorehouseError as error:
        failure = f"The pull {name} failed: {error}"
    except Exception as error:
        # A fault of ours, or of the machine: the other pulls go on all the same.
        failure = f"The pull {name} failed. {logs.explain(error, settings)}"
    else:
        return _clean(work.report(), secrets)
    report = work.report(failure) if work else PullReport(name, target, failure=failure)
    return _clean(report, secrets)


def _work(
    settings: Settings,
    pull: Pull,
    origin: Origin,
    states: Path,
    *,
    full: bool,
    clock: Clock,
    secrets: Secrets,
    limits: Limits,
) -> OnePull:
    state_path = states / f"{pull.name}.json"
    state, was_other = (State(pull.identity), False) if full else load_state(state_path, pull.identity)
    now = clock.now()
    work = OnePull(
        pull,
        origin,
        Landing(settings.landing / pull.target / FOLDER, pull.name, now),
        staging=staging(states / pull.name),
        state_path=state_path,
        state=state,
        zone=settings.timezone,
        key=Vault.open(settings).system_key(DIGEST_PURPOSE),
        now=now,
        limits=limits,
        secrets=secrets,
    )
    if was_other:
        work.note("Its configuration has changed, so it began from the start.")
    return work


def _origin(pull: Pull, secrets: Secrets, clock: Clock) -> Origin:
    """Libraries are loaded for the kinds that are in use."""
    if isinstance(pull, DatabasePull):
        from ingestion.pull.database import Database

        return Database(pull, secrets, clock)
    from ingestion.pull.rest import Rest

    return Rest(pull, secrets, clock)


def _check_profile(settings: Settings, pull: Pull) -> None:
    if pull.profile is None:
        return
    known = load_profiles(settings.home)
    if pull.profile not in known:
        raise PullError(f"there is no profile {pull.profile!r}; the profiles are {', '.join(known)}")


@contextmanager
def _alone(settings: Settings, name: str) -> Iterator[Path]:
    """The folder of the states, while no other process runs the same pull."""
    states = settings.home / FOLDER / STATES
    states.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(states / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PullError("another process is at it right now; wait until it has ended") from None
        yield states
    finally:
        os.close(descriptor)


def _clean(report: PullReport, secrets: Secrets) -> PullReport:
    """The report without any secret, whoever put it there."""
    return PullReport(
        report.name,
        report.target,
        report.rows,
        report.files,
        report.known,
        None if report.cursor is None else secrets.clean(report.cursor),
        None if report.failure is None else secrets.clean(report.failure),
        tuple(secrets.clean(note) for note in report.notes),
    )
