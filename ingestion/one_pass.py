"""The files of one pass: all are looked at first, then they are taken source by source."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from ingestion.arrivals.landing import Found, Landing, Misplaced, look_around, source_rank
from ingestion.arrivals.routing import Router, Routing
from ingestion.arrivals.survey import Content, Survey
from ingestion.arrivals.zip_listing import ArchiveError
from ingestion.contract import Contract
from ingestion.foreign.profile import Profile
from ingestion.foreign.through_profiles import ThroughProfiles
from ingestion.report import FileReport, IngestReport
from ingestion.retrying import SealedCopies, retry_quarantined
from ingestion.rows.earlier_rows import files_in_clear, seal_earlier
from ingestion.state.fingerprint import Remembered, fingerprint, identity, is_endless
from ingestion.state.fixed_rows import release_fixed
from ingestion.state.known_files import KnownFiles
from ingestion.state.ledger import SPILL, Ledger
from ingestion.state.leftovers import clear_leftovers
from ingestion.state.releases import unchecked_since
from ingestion.state.superseded import close_earlier
from ingestion.state.versions import Versions
from ingestion.taking import PASSING, Taker, Task, in_sentence
from warehouse.erasure import erase_interviews
from warehouse.errors import ScorehouseError
from warehouse.logs import explain
from warehouse.settings import Settings

OnFile = Callable[[FileReport], None]


class Pass:
    """A context: what it unpacked and opened is gone at its end, and what it has seen is remembered."""

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        profiles: Mapping[str, Profile],
        ledger: Ledger,
        on_file: OnFile | None,
        retry: bool,
    ) -> None:
        self._settings = settings
        self._contracts = contracts
        self._profiles = profiles
        self._ledger = ledger
        self._on_file = on_file
        self._retry = retry
        self._known = KnownFiles(settings, contracts, profiles, ledger, retry)
        self._router = Router(contracts, profiles, settings.keep_emotion)
        self._survey = Survey(settings.raw, self._router, lambda error: in_sentence(explain(error, settings)))
        self._versions = Versions(settings.raw, settings.raw / SPILL)
        self._through = ThroughProfiles(profiles, self._survey)
        self._taker = Taker(settings, contracts, ledger, self._survey, self._through, self._versions)
        self._copies = SealedCopies(settings, self._taker)
        self._reports: list[FileReport] = []
        # Under what a file was in the ledger before; and those of which something is to be tried again.
        self._former: dict[Found, set[tuple[str, str]]] = {}
        self._unsettled: set[Found] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._taker.close()
        self._survey.close()
        self._copies.close()
        self._versions.close()
        shutil.rmtree(self._settings.raw / SPILL, ignore_errors=True)
        if not self._taker.is_tidy:
            # As it stands on disk: a pass may have been stopped between writing an entry and knowing of it.
            on_disk = Ledger(self._settings.raw)
            clear_leftovers(self._settings.raw, self._settings.quarantine, on_disk)
        self._known.save()

    def seal_earlier(self) -> int:
        """Seals what an earlier version left in clear in raw; how many rows."""
        in_clear = files_in_clear(self._settings.raw, self._contracts)
        return seal_earlier(in_clear, self._taker.workshop.sealer) if in_clear else 0

    def run(self, landing: Landing) -> IngestReport:
        """Looks at everything, takes what is new, tries again what is asked for."""
        for misplaced in landing.misplaced:
            self._tell(self._misplaced(misplaced))
        passed_over: dict[Found, Remembered] = {}
        looked: dict[Found, list[Content]] = {}
        for found in landing.files:
            remembered = self._known.recall(found)
            if remembered is not None and self._known.needs_nothing(found, remembered):
                passed_over[found] = remembered
            else:
                looked[found] = self._look(found, remembered)
                self._former[found] = set(remembered.marks if remembered else ())
        self._look_for_tables(looked, passed_over)
        tasks = [task for contents in looked.values() for content in contents for task in self._ways(content)]
        unchanged = sum(remembered.files for remembered in passed_over.values())
        tasks += self._from_copies(tasks)
        unchanged += self._take(tasks)
        self._remember(tasks)
        retried: tuple[FileReport, ...] = ()
        if self._retry:
            told = self._on_file or (lambda _: None)
            retried = retry_quarantined(
                self._settings, self._contracts, self._ledger, self._taker, self._through, told
            )
        released = self._release()
        self._erase_late()
        return IngestReport(tuple(self._reports), unchanged, retried, released)

    def _erase_late(self) -> None:
        """Interviews of erased people: something of them may have come before anybody knew whose they are."""
        if (workshop := self._taker.workshop_if_open) and workshop.erased.new_interviews:
            erase_interviews(self._settings, workshop.erased.new_interviews)

    def _look(self, found: Found, remembered: Remembered | None) -> list[Content]:
        """The contents of a file of landing; of an archive that is not opened, the archive itself."""
        contents: list[Content] = []
        try:
            if is_endless(found.path):
                message = f"The file {found.file} is a pipe, socket or device; put an ordinary file there."
                self._tell(FileReport(found.owner, found.file, "", "rejected", message=message))
                return []
            before = identity(found.path)
            try:
                contents.extend(self._survey.look(found, remembered.print_ if remembered else None))
            except ArchiveError as error:
                self._drop(contents)
                print_ = fingerprint(found.path)
                return [Content(found, found, print_, Routing((), message=str(error)), before)]
        except PASSING as error:
            self._drop(contents)
            self._tell(self._taker.not_this_time(found, found.owner, error))
            return []
        return contents

    def _look_for_tables(
        self, looked: dict[Found, list[Content]], passed_over: dict[Found, Remembered]
    ) -> None:
        """Looks at all files of a profile when one is new: others may depend on it, or it on them."""
        contents = [content for one in looked.values() for content in one]
        names = {name for content in contents for name in _profiles_of(content)}
        if self._retry:
            names |= {(entry.profile or entry.source).partition("/")[0] for entry in self._ledger.entries}
        names = {name for name in names if name in self._profiles and _looks_up(self._profiles[name])}
        for found, remembered in list(passed_over.items()):
            if names.intersection(remembered.profiles):
                del passed_over[found]
                looked[found] = self._look(found, remembered)
                contents += looked[found]
        for name in sorted(names):
            # A pass over named paths looks things up in the profile's folder all the same.
            for found in look_around(self._settings.landing, (), name, self._profiles).files:
                if found not in looked:
                    contents += self._look(found, self._known.recall(found))
        self._through.know(contents)

    def _from_copies(self, landed: Iterable[Task]) -> list[Task]:
        """What was rejected earlier, is to be tried again and is not in landing any more."""
        here = {task.mark for task in landed} | {mark for marks in self._former.values() for mark in marks}
        gone = [entry for mark, entry in self._known.rejected.items() if mark not in here]
        tasks = []
        for found, entry in self._copies.open(gone, self._profiles):
            self._former[found] = {(entry.source, entry.file_id)}
            tasks += [task for content in self._look(found, None) for task in self._ways(content)]
        return tasks

    def _ways(self, content: Content) -> list[Task]:
        """What there is to do about a content: one task a route, or its rejection."""
        id_, routes, owner = content.print_.file_id, content.routing.routes, content.found.owner
        if not routes:
            return [Task(content, None, owner, id_, self._known.version(owner))]
        try:
            ids = [self._through.file_id(id_, route) for route in routes]
        except Exception as error:  # One table that cannot be looked up in must not stop other files.
            if isinstance(error, ScorehouseError) and not isinstance(error, ArchiveError):
                raise
            self._unsettled.add(content.landed)
            self._tell(self._taker.not_this_time(content.found, owner, error))
            return []
        return [
            Task(content, route, route.source, file_id, self._known.version(route.source))
            for route, file_id in zip(routes, ids, strict=True)
        ]

    def _take(self, tasks: list[Task]) -> int:
        """Takes what is not settled, in the order of a pass; how many files needed nothing."""
        waiting = Counter(id(task.content) for task in tasks)
        unchanged = set(waiting)
        for task in sorted(tasks, key=_order):
            content = task.content
            if not self._known.is_settled(task.mark):
                unchanged.discard(id(content))
                report = self._taker.take(task)
                if report.file_id:
                    self._known.done(task.mark)
                else:
                    self._unsettled.add(content.landed)
                self._tell(report)
            waiting[id(content)] -= 1
            if not waiting[id(content)]:
                self._survey.drop(content)
        return len(unchanged)

    def _remember(self, tasks: Iterable[Task]) -> None:
        """Notes what each file of landing has come to, and takes back what it was rejected as before."""
        of: dict[Found, list[Task]] = {}
        for task in tasks:
            of.setdefault(task.content.landed, []).append(task)
        for found, its in of.items():
            if found in self._unsettled:
                continue
            former = self._former.get(found, set())
            former |= {(task.content.found.owner, task.content.print_.file_id) for task in its}
            for mark in former - {task.mark for task in its}:
                self._known.supersede(mark)
            if found.path.parent != self._copies.folder:
                self._known.remember(found, its)

    def _release(self) -> int:
        """Quarantined rows that the files of this pass, or of a killed one, have brought right."""
        taken = {report.source for report in self._reports if report.status == "ingested"}
        unchecked = {
            source
            for source in self._contracts
            if unchecked_since(self._settings.quarantine, source) is not None
        }
        if not taken and not unchecked:
            return 0
        released = release_fixed(self._taker.workshop, self._contracts, taken | unchecked)
        if any(report.profile for report in self._reports):
            close_earlier(self._settings.raw, self._settings.quarantine, self._ledger.entries)
        return released

    def _misplaced(self, misplaced: Misplaced) -> FileReport:
        """A folder that is nobody's, with the place where its first file seems to belong."""
        near = None
        try:
            first = misplaced.files[0]
            if not is_endless(first):
                near = self._router.nearest(first, fingerprint(first).is_utf8)
        except PASSING:
            near = None  # Then only the folder is spoken of.
        return FileReport("", misplaced.file, "", "rejected", message=misplaced.sentence(near))

    def _drop(self, contents: Iterable[Content]) -> None:
        for content in contents:
            self._survey.drop(content)

    def _tell(self, report: FileReport) -> None:
        self._reports.append(report)
        if self._on_file is not None:
            self._on_file(report)


def _order(task: Task) -> tuple[int, str, str]:
    """What gives no rows first, then source by source, then by path."""
    rank = -1 if task.route is None and task.content.found.source is None else source_rank(task.source)
    return rank, task.content.found.file, str(task.content.found.path)


def _profiles_of(content: Content) -> set[str]:
    return {route.profile.name for route in content.routing.routes if route.profile is not None}


def _looks_up(profile: Profile) -> bool:
    return any(output.uses_lookups for table in profile.tables.values() for output in table.outputs)
