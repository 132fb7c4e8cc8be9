"""How a file would be read, and what would become of it: before anything is written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from ingestion.arrivals.landing import Found, look_around
from ingestion.arrivals.routing import Candidate, Route, Router
from ingestion.arrivals.survey import Content, Survey
from ingestion.contract import load_contracts
from ingestion.explaining.dry_run import DryRun
from ingestion.explaining.explanation import Explanation, Way, printable, together
from ingestion.foreign.profile import Profile, load_profiles
from ingestion.foreign.profile_tables import contract_of
from ingestion.foreign.through_profiles import ThroughProfiles
from ingestion.readers.batch import Layout, UnreadableFileError
from ingestion.readers.registry import FORMAT_NAMES
from ingestion.rows.typed_rows import converters_of
from ingestion.state.fingerprint import is_endless
from warehouse.settings import Settings

_NEAREST = 3


def explain_files(settings: Settings, paths: Sequence[Path] = (), source: str | None = None) -> Iterator[str]:
    """The lines that explain the files at `paths` (files, archives or folders), or all of landing.

    Nothing below SCOREHOUSE_HOME is written, and no private value is shown. Raises `UsageError` for a source
    that does not exist, `ContractError` and `ProfileError`; what is wrong with a file is in its explanation.
    """
    with _Explainer(settings) as explainer:
        yield from together(explainer.explain(paths, source))


def explain(settings: Settings, path: Path, source: str | None = None) -> tuple[Explanation, ...]:
    """As `explain_files`: one explanation a file, several for a folder and for an archive."""
    with _Explainer(settings) as explainer:
        return tuple(explainer.explain([path], source))


class _Explainer(ExitStack):
    """Contracts, profiles and a place for unpacked members, outside the warehouse and gone at the end."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._contracts = load_contracts(formats=FORMAT_NAMES)
        self._profiles: Mapping[str, Profile] = load_profiles(settings.home, self._contracts)
        folder = self.enter_context(tempfile.TemporaryDirectory(prefix="scorehouse-explain-"))
        self._survey = Survey(Path(folder), Router(self._contracts, self._profiles, settings.keep_emotion))
        self._through = ThroughProfiles(self._profiles, self._survey)

    def explain(self, paths: Sequence[Path], source: str | None) -> Iterator[Explanation]:
        """Every content of every file, as a pass would meet them."""
        landing = look_around(self._settings.landing, paths, source, self._profiles)
        lost = (path for misplaced in landing.misplaced for path in misplaced.files)
        looked = [
            self._look(found) for found in (*landing.files, *(Found(None, path, path.name) for path in lost))
        ]
        contents = [one for many in looked for one in many if isinstance(one, Content)]
        self._through.know([*contents, *self._looked_up(contents)])
        for one in (one for many in looked for one in many):
            yield self._of(one) if isinstance(one, Content) else one

    def _look(self, found: Found) -> list[Content | Explanation]:
        """The contents of a file, and why there are no more of them."""
        looked: list[Content | Explanation] = []
        file = printable(found.file)
        try:
            if is_endless(found.path):
                return [Explanation(file, message="is a pipe, socket or device; put an ordinary file there.")]
            looked.extend(self._survey.look(found))
        except UnreadableFileError as error:
            looked.append(Explanation(file, message=f"{error}."))
        except OSError as error:
            why = (error.strerror or type(error).__name__).lower()
            looked.append(Explanation(file, message=f"could not be read ({why})."))
        return looked

    def _looked_up(self, contents: Sequence[Content]) -> list[Content]:
        """What the folder of a profile in landing holds, when a file of its system looks things up there."""
        routes = [route for content in contents for route in content.routing.routes]
        names = {
            route.profile.name
            for route in routes
            if route.profile is not None and route.output is not None and route.output.uses_lookups
        }
        here = {content.landed.path for content in contents}
        found = [
            one
            for name in sorted(names)
            for one in look_around(self._settings.landing, (), name, self._profiles).files
            if one.path not in here
        ]
        return [one for file in found for one in self._look(file) if isinstance(one, Content)]

    def _of(self, content: Content) -> Explanation:
        """What there is to say of one content."""
        routing, file = content.routing, printable(content.found.file)
        nearest = tuple(_near(candidate) for candidate in routing.candidates[:_NEAREST])
        if not routing.routes:
            return Explanation(file, message=f"{routing.message}.", nearest=nearest)
        layout: Layout | None = None
        ways: list[Way] = []
        try:
            with self._survey.opened(content) as path:
                for route in routing.routes:
                    run, way = self._walked(content, route, path)
                    layout = layout or (run.layout if run else None)
                    ways.append(way)
        except UnreadableFileError as error:
            return Explanation(file, message=f"{error}.")
        except OSError as error:
            why = (error.strerror or type(error).__name__).lower()
            return Explanation(file, message=f"could not be read ({why}).")
        finally:
            self._survey.drop(content)
        is_lacking = any(way.missing for way in ways)
        hint = (routing.message,) if routing.message else ()
        return Explanation(
            file, _laid_out(layout), tuple(ways), None, (*hint, *nearest) if is_lacking else ()
        )

    def _walked(self, content: Content, route: Route, path: Path) -> tuple[DryRun | None, Way]:
        if route.profile is not None and route.table is not None and route.output is None:
            what = "looked up by other tables only" if route.table.reference else "known and not needed"
            return None, Way(route.name, f"{route.why}, {what}", problem=None, is_taken=False)
        contract = contract_of(self._contracts[route.source], route.output)
        run = DryRun(route, contract, self._settings.keep_emotion)
        open_rows = self._through.opener(content, route, path, run.headers)
        return run, run.walk(open_rows, converters_of(contract, self._settings))


def _laid_out(layout: Layout | None) -> str | None:
    if layout is None:
        return None
    row = "" if layout.header_row is None else f" · headers in row {layout.header_row}"
    return f"{layout}{row}"


def _near(candidate: Candidate) -> str:
    """`employees: 5 of 9 headers are known there; hired_on is missing`."""
    text = f"{candidate.label}: {candidate.known} of {candidate.of} headers are known there"
    return f"{text}; missing: {', '.join(candidate.missing)}" if candidate.missing else text
