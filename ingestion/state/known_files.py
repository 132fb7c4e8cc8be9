"""Which files need nothing more: the ledger says so, and a memory saves hashing those that are the same."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence

from ingestion.arrivals.landing import Found
from ingestion.contract import Contract
from ingestion.foreign.profile import Profile
from ingestion.state.fingerprint import Memory, Remembered
from ingestion.state.ledger import Ledger
from ingestion.taking import Task
from warehouse.settings import Settings

Mark = tuple[str, str]


class KnownFiles:
    """What is settled. With `retry`, what was rejected is not, until it has been taken again."""

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        profiles: Mapping[str, Profile],
        ledger: Ledger,
        retry: bool,
    ) -> None:
        self._contracts = contracts
        self._profiles = profiles
        self._ledger = ledger
        self._quarantine = settings.quarantine
        self._memory = Memory(settings.raw)
        self._rules = _digest(contracts, profiles)
        rejected = (entry for entry in ledger.entries if retry and entry.status == "rejected")
        self.rejected = {(entry.source, entry.file_id): entry for entry in rejected}

    def version(self, owner: str) -> str:
        """The version of whatever decides about the files of a source, of a profile, or of nobody."""
        decides = self._contracts.get(owner) or self._profiles.get(owner)
        return self._rules if decides is None else decides.full_version

    def is_settled(self, mark: Mark) -> bool:
        """Whether there is nothing to do for a content on one of its ways."""
        source, file_id = mark
        return mark not in self.rejected and self._ledger.is_settled(source, file_id, self.version(source))

    def done(self, mark: Mark) -> None:
        """It has been taken, or rejected anew."""
        self.rejected.pop(mark, None)

    def supersede(self, mark: Mark) -> None:
        """A content that was rejected has come to something else: its entry and its sealed copy go."""
        source, file_id = mark
        entry = self._ledger.entry(source, file_id)
        if entry is not None and entry.status == "rejected":
            self._ledger.withdraw(source, file_id)
            (self._quarantine / source / f"{file_id}.file").unlink(missing_ok=True)
            self.done(mark)

    def recall(self, found: Found) -> Remembered | None:
        """What a file of landing came to, when it is the same as then."""
        try:
            return self._memory.recall(found.path)
        except OSError:
            return None  # Said when the file is looked at.

    def needs_nothing(self, found: Found, remembered: Remembered) -> bool:
        """Whether the file was settled, by rules that still hold."""
        rules = (_rules(found, ""), _rules(found, self._rules))
        return remembered.rules in rules and all(self.is_settled(mark) for mark in remembered.marks)

    def remember(self, found: Found, tasks: Sequence[Task]) -> None:
        """Notes what a file of landing came to."""
        first = tasks[0]
        contents = {id(task.content) for task in tasks}
        profiles = {task.route.profile.name for task in tasks if task.route and task.route.profile}
        # What is in its source's own folder and was taken as it is needs no look at its headers again.
        is_simple = (
            len(tasks) == 1
            and first.content.member is None
            and first.mark == (found.source, first.content.print_.file_id)
            and self._ledger.is_ingested(*first.mark)
        )
        remembered = Remembered(
            None if first.content.member is not None else first.content.print_,
            tuple(dict.fromkeys(task.mark for task in tasks)),
            len(contents),
            tuple(sorted(profiles)),
            _rules(found, "" if is_simple else self._rules),
        )
        try:
            self._memory.remember(found.path, remembered, first.content.before, time.time_ns())
        except OSError:
            return  # Gone since: there is nothing to remember.

    def save(self) -> None:
        """Writes what there is to remember."""
        self._memory.save()


def _rules(found: Found, digest: str) -> str:
    """Who was said to own a file, and the rules by which its way was found from there."""
    return f"{found.owner}|{digest}"


def _digest(contracts: Mapping[str, Contract], profiles: Mapping[str, Profile]) -> str:
    """Changes with any contract or profile."""
    versions = [one.full_version for one in contracts.values()]
    versions += [one.full_version for one in profiles.values()]
    return hashlib.blake2b("\0".join([*contracts, *profiles, *versions]).encode(), digest_size=4).hexdigest()
