"""What a pass needs for files of other systems: their look-up tables, their ids, and rows as we want them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from ingestion.arrivals.routing import Route
from ingestion.arrivals.survey import Content, Survey
from ingestion.foreign.lookups import Lookups
from ingestion.foreign.profile import Output, Profile, Table
from ingestion.foreign.profiled_reader import ProfiledReader
from ingestion.readers.batch import HeaderKnower, Reader
from ingestion.readers.registry import open_reader
from ingestion.state.ledger import Entry
from ingestion.state.superseded import reading_id


class ThroughProfiles:
    """The profiles of a pass with what they look up, which is read once, when the first file needs it."""

    def __init__(self, profiles: Mapping[str, Profile], survey: Survey) -> None:
        self._profiles = profiles
        self._survey = survey
        self._contents: list[Content] = []
        self._lookups: dict[str, Lookups] = {}
        # Why a look-up table could not be read, by content.
        self._unreadable: dict[int, str] = {}

    def know(self, contents: Iterable[Content]) -> None:
        """Tells of files among which look-up tables may be."""
        self._contents += contents
        self._lookups.clear()

    def lookups(self, profile: Profile) -> Lookups:
        """Every look-up table of a profile, from all files of the pass."""
        if profile.name not in self._lookups:
            wanted = {str(mapping.lookup) for _, output in _outputs(profile) for mapping in output.lookups()}
            with ExitStack() as stack:
                files: list[tuple[Table, Path, bool]] = []
                places: dict[Path, Content] = {}
                for content in self._contents:
                    route = next(iter(content.routing.routes), None)
                    if route is None or route.profile is not profile or route.table is None:
                        continue
                    if route.table.name in wanted:
                        path = stack.enter_context(self._survey.opened(content))
                        files.append((route.table, path, content.print_.is_utf8))
                        places[path] = content
                lookups = self._lookups[profile.name] = Lookups.load(profile, files)
            self._unreadable.update({id(places[path]): why for path, why in lookups.unreadable.items()})
        return self._lookups[profile.name]

    def unreadable(self, profile: Profile, content: Content) -> str | None:
        """Why nothing can be looked up in a table; the end of a sentence that begins with its name."""
        self.lookups(profile)
        return self._unreadable.get(id(content))

    def file_id(self, content_id: str, route: Route) -> str:
        """The id under which a file is known: of its content, and of the profile that it goes through."""
        if route.profile is None:
            return content_id
        parts = [route.name, route.source, route.profile.digest]
        if route.output is not None and route.output.uses_lookups:
            parts.append(self.lookups(route.profile).digest)
        return reading_id(content_id, parts)

    def opener(
        self, content: Content, route: Route, path: Path, knower: HeaderKnower
    ) -> Callable[[], Reader]:
        """Opens the rows of a content at `path` as its route wants them; anew each time it is called."""
        profile, table, output = route.profile, route.table, route.output
        is_utf8, sheet = content.print_.is_utf8, content.found.source or route.source
        if profile is None or table is None or output is None:
            return lambda: open_reader(path, is_utf8, knower, sheet=sheet)
        given = table.given_headers(content.routing.headers or None)
        lookups = self.lookups(profile)

        def open_rows() -> Reader:
            reader = open_reader(path, is_utf8, table, given_headers=given, sheet=sheet)
            return ProfiledReader(reader, profile, table, output, lookups, content.found.file)

        return open_rows

    def again(self, entry: Entry) -> tuple[Output | None, Callable[[Reader], Reader]] | None:
        """The output of an earlier file, and what maps its rows once more; None when it is no more."""
        if not entry.profile:
            return None, lambda reader: reader
        name, _, table_name = entry.profile.partition("/")
        profile = self._profiles.get(name)
        table = None if profile is None else profile.tables.get(table_name)
        for output in () if table is None else table.outputs:
            if profile is not None and table is not None and output.source == entry.source:
                return output, self._wrap(profile, table, output, entry.file)
        return None

    def _wrap(self, profile: Profile, table: Table, output: Output, file: str) -> Callable[[Reader], Reader]:
        lookups = self.lookups(profile)
        return lambda reader: ProfiledReader(reader, profile, table, output, lookups, file, is_again=True)


def _outputs(profile: Profile) -> list[tuple[Table, Output]]:
    return [(table, output) for table in profile.tables.values() for output in table.outputs]
