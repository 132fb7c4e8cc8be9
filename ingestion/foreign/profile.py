"""Source profiles: another system's real shapes mapped onto our contracts, one YAML file a system."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from ingestion.contract import SOURCES, Contract, load_contracts
from ingestion.foreign.profile_checks import check_profile
from ingestion.foreign.profile_columns import Words
from ingestion.foreign.profile_tables import Output, Table
from ingestion.rows.headers import fold
from warehouse.errors import ScorehouseError

DIRECTORY = Path(__file__).parents[1] / "profiles"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
__all__ = ["Output", "Profile", "ProfileError", "Table", "load_profile", "load_profiles"]


class ProfileError(ScorehouseError):
    """A profile says something that cannot be."""


class Title(Words):
    """What people call the system."""

    zh: str
    en: str


class Profile(Words):
    """What one other system delivers."""

    name: str = Field(alias="profile")
    version: str
    title: Title
    # The zone of times that carry none, where it is not the company's.
    timezone: str | None = None
    # Patterns of headers that are known and not wanted in any table.
    ignored: tuple[str, ...] = ()
    tables: dict[str, Table] = Field(min_length=1)
    # Set by the loader: changes with the profile, so that its files are read again.
    digest: str = ""

    @property
    def full_version(self) -> str:
        """Version and digest, as the ledger records it."""
        return f"{self.version}-{self.digest}"

    def match(
        self, headers: tuple[str, ...] | None, file_name: str, fields: int | None = None
    ) -> list[Table]:
        """The tables that the file may be, best first.

        By headers; the file's name decides between tables that headers cannot tell apart, and with the
        number of fields a row it tells the tables that have no headers.
        """
        found = [] if headers is None else self._by_headers(set(map(fold, headers)), file_name)
        width = fields if fields is not None else len(headers or ())
        nameless = [
            table
            for table in self.tables.values()
            if table not in found
            and table.header
            and table.is_named(file_name)
            and width in (0, len(table.header))
        ]
        return found + nameless

    def looked_at(self) -> dict[str, set[str]]:
        """The columns of each table that look-ups read: keys, what is taken, what makes a row the latest."""
        found: dict[str, set[str]] = {}
        for table in self.tables.values():
            for mapping in (mapping for output in table.outputs for mapping in output.lookups()):
                target = self.tables[str(mapping.lookup)]
                columns = found.setdefault(target.name, set())
                columns.update((*(mapping.on or ()), str(mapping.take)))
                columns.update((mapping.as_of.start,) if mapping.as_of else ())
                columns.update(header.removeprefix("-") for header in target.latest_by)
                columns.update(target.deleted_when or ())
        return found

    def _by_headers(self, headers: set[str], file_name: str) -> list[Table]:
        fitting = [table for table in self.tables.values() if table.telling <= headers]
        alike = [table.telling for table in fitting]
        told = [
            table
            for table in fitting
            if table.is_named(file_name) or not (table.only_named or alike.count(table.telling) > 1)
        ]
        return sorted(
            told, key=lambda table: (-len(table.telling), not table.is_named(file_name), table.name)
        )


class _Loader(yaml.CBaseLoader):
    """Everything is a text (`on`, `no` and 1.0 stay what they are), and no key may come twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} comes twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_profile(path: Path, contracts: Mapping[str, Contract]) -> Profile:
    """The profile of one file, checked against the contracts; `ProfileError` says what is wrong and where."""
    content = path.read_bytes()
    try:
        loaded = yaml.load(content.decode("utf-8-sig"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise _wrong(path, "is not YAML: " + " ".join(str(error).split())) from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "is not UTF-8 text") from error
    if not isinstance(loaded, dict):
        raise _wrong(path, "is empty or no list of names and values; see docs/profiles.md")
    try:
        profile = Profile.model_validate(_named(loaded, hashlib.blake2b(content, digest_size=4).hexdigest()))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the top"
        raise _wrong(path, f"is wrong at {where}: {first['msg'].removeprefix('Value error, ')}") from error
    if not _NAME.fullmatch(profile.name) or profile.name in (*SOURCES, "inbox"):
        raise _wrong(path, f"cannot be called {profile.name!r}: use lower-case letters, and no source's name")
    problem = check_profile(profile.tables, profile.timezone, contracts)
    if problem:
        raise _wrong(path, problem)
    looked_at = profile.looked_at()
    for table in profile.tables.values():
        table.learn(frozenset(looked_at.get(table.name, ())))
        for output in table.outputs:
            output.learn(contracts[output.source])
    return profile


def load_profiles(
    settings_home: Path | None = None, contracts: Mapping[str, Contract] | None = None
) -> dict[str, Profile]:
    """Ours and those in `<home>/profiles`, by name; an own one replaces ours of the same name.

    Raises `ProfileError`, one sentence with the file, the place and what is wrong there.
    """
    known = contracts if contracts is not None else load_contracts()
    profiles: dict[str, Profile] = {}
    own = [] if settings_home is None else sorted((settings_home / "profiles").glob("*.y*ml"))
    for paths in (sorted(DIRECTORY.glob("*.yml")), own):
        files: dict[str, str] = {}
        for path in paths:
            profile = load_profile(path, known)
            if profile.name in files:
                raise _wrong(path, f"has the name {profile.name!r}, as {files[profile.name]} has")
            files[profile.name] = path.name
            profiles[profile.name] = profile
    return dict(sorted(profiles.items()))


def _named(loaded: dict[str, Any], digest: str) -> dict[str, Any]:
    tables = loaded.get("tables")
    if isinstance(tables, dict):
        ignored = loaded.get("ignored") or []
        tables = {name: _table(name, given, ignored) for name, given in tables.items()}
    return {**loaded, "tables": tables, "digest": digest}


def _table(name: str, given: Any, ignored: Any) -> Any:
    """The table with its name, and with what the whole profile ignores."""
    if not isinstance(given, dict):
        return given
    own = given.get("ignored") or []
    both = [*own, *ignored] if isinstance(own, list) and isinstance(ignored, list) else own
    return {**given, "name": name, "ignored": both}


def _wrong(path: Path, what: str) -> ProfileError:
    return ProfileError(f"The profile {path.name} {what.rstrip('.')}.")
