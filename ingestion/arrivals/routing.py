"""Whose file it is: the folder says so, or its headers do; another system's tables through their profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyarrow as pa

from ingestion.arrivals.every_header import EveryHeader
from ingestion.arrivals.landing import INSIDE, Found
from ingestion.contract import Contract
from ingestion.foreign.profile import Output, Profile, Table
from ingestion.readers.batch import UnreadableFileError
from ingestion.readers.registry import open_reader
from ingestion.rows.headers import HeaderReader

_SHOWN_CANDIDATES = 3
_FOLDER = "its folder says so"


@dataclass(frozen=True)
class Route:
    """One way that a file goes: to a source, directly or through an output of a profile's table.

    Without an output the table is looked up only, or not needed: then `source` is the profile's name.
    """

    source: str
    why: str
    profile: Profile | None = None
    table: Table | None = None
    output: Output | None = None

    @property
    def name(self) -> str:
        """`greenhouse/scorecard`; empty for a file that speaks its contract's own language."""
        return "" if self.profile is None or self.table is None else f"{self.profile.name}/{self.table.name}"


@dataclass(frozen=True)
class Candidate:
    """What a file could be: how many of its headers are known there, and which required columns it lacks."""

    source: str
    profile_table: str
    known: int
    of: int
    missing: tuple[str, ...]

    @property
    def label(self) -> str:
        """The source, or the table of a profile."""
        return self.profile_table or self.source


@dataclass(frozen=True)
class Routing:
    """Where a file goes; without a route `message` is the end of a sentence that begins with its name.

    With a route that must fail for want of columns, `message` says what the file looks like instead: the end
    of a sentence too, behind `;`. `headers` are the file's own, empty when nothing could be read.
    """

    routes: tuple[Route, ...]
    candidates: tuple[Candidate, ...] = ()
    message: str | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Told:
    """A table of a profile that a file may be."""

    profile: Profile
    table: Table
    candidate: Candidate


class Router:
    """Finds the way of a file by its folder and its headers."""

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        profiles: Mapping[str, Profile],
        keep_emotion: bool = False,
    ) -> None:
        self._contracts = contracts
        self._profiles = profiles
        self._readers = {
            source: HeaderReader(contract, keep_emotion) for source, contract in contracts.items()
        }
        self._every = EveryHeader(self._readers, profiles)

    def routes(self, found: Found, path: Path, is_utf8: bool) -> Routing:
        """The ways of one file, whose content lies at `path`; several for a table with several outputs.

        Raises `OSError` when the file cannot be opened; whatever else is wrong with it is in the message.
        """
        why = None
        try:
            headers = self._headers(found, path, is_utf8)
        except UnreadableFileError as error:
            headers, why = (), str(error)
        tables = self._tables(found, headers, path, is_utf8)
        contracts = self._candidates(headers)
        if found.source is not None:
            return self._of_source(found, headers, contracts, tables)
        if found.profile is not None:
            return self._of_profile(self._profiles[found.profile], headers, tables, why)
        routing = self._by_headers(found, headers, contracts, tables, why)
        return routing if routing.routes else self._by_sheet(found, path, is_utf8) or routing

    def nearest(self, path: Path, is_utf8: bool) -> str | None:
        """The folder of landing into which a file seems to belong, or None."""
        routes = self.routes(Found(None, path, path.name), path, is_utf8).routes
        return _folder(routes[0]) if routes else None

    def _headers(self, found: Found, path: Path, is_utf8: bool) -> tuple[str, ...]:
        """The headers of a file, or the keys of the first rows that have any."""
        try:
            reader = open_reader(path, is_utf8, self._every, sheet=found.source)
            if reader.headers is not None:
                return tuple(reader.headers)
            return next((tuple(batch.columns) for batch in reader.batches() if batch.columns), ())
        except pa.ArrowException as error:
            raise UnreadableFileError(
                f"holds something that cannot be converted ({type(error).__name__}); export it as plain CSV"
            ) from error

    def _by_sheet(self, found: Found, path: Path, is_utf8: bool) -> Routing | None:
        """By a sheet that is named as the source, behind another one such as notes; None without one."""
        try:
            reader = open_reader(path, is_utf8, self._every, sheet="/".join(self._contracts))
        except UnreadableFileError:
            return None
        source = (reader.layout.sheet or "").strip().casefold()
        headers = tuple(reader.headers or ())
        if not any(one.source == source and not one.missing for one in self._candidates(headers)):
            return None
        route = Route(source, "its sheet is named so")
        return Routing((route,), tuple(self._candidates(headers)), None, headers)

    def _candidates(self, headers: tuple[str, ...]) -> list[Candidate]:
        """Every contract that knows a header, best first: all that it requires is there, most is known."""
        candidates = []
        named = [header for header in headers if self._every.find(header) is not None]
        for source, reader in self._readers.items():
            found = reader.read(named)
            known = sum(len(names) for names in found.columns.values())
            if known:
                missing = found.missing(self._contracts[source])
                candidates.append(Candidate(source, "", known, len(headers), missing))
        return sorted(candidates, key=lambda candidate: (bool(candidate.missing), -candidate.known))

    def _tables(self, found: Found, headers: tuple[str, ...], path: Path, is_utf8: bool) -> list[_Told]:
        """The table of each profile that the file is, the one with most known headers first."""
        profiles = self._profiles.values() if found.profile is None else [self._profiles[found.profile]]
        told = []
        for profile in profiles:
            for table in profile.match(headers or None, found.file, 0):
                if not table.telling or not (headers and table.has_header_row(headers)):
                    known = _fits(table, path, is_utf8)
                    of = len(table.header or ())
                else:
                    known, of = sum(table.find(header) is not None for header in headers), len(headers)
                if known:
                    label = f"{profile.name}/{table.name}"
                    source = table.outputs[0].source if table.outputs else profile.name
                    told.append(_Told(profile, table, Candidate(source, label, known, of, ())))
                    break
        return sorted(told, key=lambda one: -one.candidate.known)

    def _of_source(
        self, found: Found, headers: tuple[str, ...], contracts: list[Candidate], tables: list[_Told]
    ) -> Routing:
        """In the folder of a source: as its own contract says, else through a profile that leads there."""
        source = str(found.source)
        candidates = (*contracts, *(one.candidate for one in tables))
        is_own = any(one.source == source and not one.missing for one in contracts)
        for one in tables if not is_own else ():
            outputs = [output for output in one.table.outputs if output.source == source]
            if outputs:
                why = f"it is the table {one.candidate.label}"
                routes = tuple(Route(source, why, one.profile, one.table, output) for output in outputs)
                return Routing(routes, candidates, None, headers)
        own = (Route(source, _FOLDER),)
        if is_own:
            return Routing(own, candidates, None, headers)
        elsewhere = self._by_headers(found, headers, contracts, tables, None).routes
        if not elsewhere:
            return Routing(own, candidates, None, headers)
        if INSIDE in found.file:
            # An archive of several sources can lie in the folder of only one of them.
            return Routing(elsewhere, candidates, None, headers)
        label, folder = elsewhere[0].name or elsewhere[0].source, _folder(elsewhere[0])
        return Routing(own, candidates, f"it looks like {label}: move it to landing/{folder}", headers)

    def _of_profile(
        self, profile: Profile, headers: tuple[str, ...], tables: list[_Told], why: str | None
    ) -> Routing:
        """In the folder of a profile: one of its tables."""
        if tables:
            return Routing(_ways(tables[0]), (tables[0].candidate,), None, headers)
        names = ", ".join(profile.tables)
        unknown = f"is none of the tables that the profile {profile.name} knows ({names})"
        return Routing((), (), why or unknown, headers)

    def _by_headers(
        self,
        found: Found,
        headers: tuple[str, ...],
        contracts: list[Candidate],
        tables: list[_Told],
        why: str | None,
    ) -> Routing:
        """By its headers alone."""
        candidates = (*contracts, *(one.candidate for one in tables))
        best = self._best(found, contracts, tables)
        if len({_folder(route) for route in best}) == 1:
            told = next((one for one in tables if one.profile is best[0].profile), None)
            return Routing(best if told is None else _ways(told), candidates, None, headers)
        if not best:
            return Routing((), candidates, why or _nobodys(candidates), headers)
        names = " or ".join(route.name or route.source for route in best[:_SHOWN_CANDIDATES])
        message = f"could be {names}; move it into the folder of its source"
        return Routing((), candidates, message, headers)

    def _best(self, found: Found, contracts: list[Candidate], tables: list[_Told]) -> tuple[Route, ...]:
        """The one way that the headers name; several when they cannot be told apart, none when none fits.

        A contract must have all that it requires, and nothing else may know more of the headers: an export
        of interviews without its roles is no list of candidates.
        """
        most = max((one.known for one in (*contracts, *(one.candidate for one in tables))), default=0)
        fitting = [
            Route(one.source, f"{one.known} of {one.of} headers are known there")
            for one in contracts
            if one.known == most and not one.missing
        ]
        if not fitting:
            fitting = [
                Route(one.candidate.source, f"it is the table {one.candidate.label}", one.profile, one.table)
                for one in tables
                if one.candidate.known == most
            ]
        if len(fitting) > 1:
            parts = _parts(found.file)
            named = [route for route in fitting if {route.source, _folder(route)} & parts]
            fitting = named if len(named) == 1 else fitting
        return tuple(fitting)


def _fits(table: Table, path: Path, is_utf8: bool) -> int:
    """How many headers a file without any has when it is read as this table; 0 when its rows do not fit."""
    if table.header is None:
        return 0
    try:
        reader = open_reader(path, is_utf8, table, given_headers=table.header)
        batch = next(iter(reader.batches()), None)
    except (UnreadableFileError, pa.ArrowException):
        return 0
    fits = batch is not None and len(batch.numbers) > len(batch.broken)
    return len(table.header) if fits and reader.headers == table.header else 0


def _ways(told: _Told) -> tuple[Route, ...]:
    """A route for each output of a table; one that leads nowhere for a table without any."""
    profile, table, why = told.profile, told.table, f"it is the table {told.candidate.label}"
    if not table.outputs:
        return (Route(profile.name, why, profile, table),)
    return tuple(Route(output.source, why, profile, table, output) for output in table.outputs)


def _folder(route: Route) -> str:
    """The folder of landing whose files go this way."""
    return route.source if route.profile is None else route.profile.name


def _nobodys(candidates: Sequence[Candidate]) -> str:
    """What to say of a file that no contract and no profile takes."""
    nearest = max(candidates, key=lambda one: (one.known, -len(one.missing)), default=None)
    if nearest is None:
        return "has headers that no source and no profile knows; put it into the folder of its source"
    missing = ", ".join(nearest.missing)
    plural = "s" if len(nearest.missing) > 1 else ""
    return f"looks most like {nearest.label}, but lacks the required column{plural} {missing}"


def _parts(file: str) -> set[str]:
    """The folders and the name, without its ending, of a file as it is called in reports."""
    path = PurePosixPath(file.replace(INSIDE, "/"))
    return {part.partition(".")[0].casefold() for part in path.parts}
