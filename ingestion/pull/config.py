"""What to pull: `SCOREHOUSE_HOME/pull/<name>.yml`, one file a pull, checked when it is loaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ingestion.contract import SOURCES
from ingestion.pull.endpoint import Auth, Paging
from ingestion.pull.errors import PullError
from ingestion.pull.secret_values import is_reference, references, sounds_secret

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
# Who asks, how fast and how patiently is no part of what is pulled: changing it does not begin anew.
_MANNERS = (
    "requests_per_second",
    "attempts",
    "time_out_seconds",
    "max_answer_mb",
    "auth",
    "paging",
    "tls",
    "ca_file",
)


class Cursor(BaseModel):
    """The column that grows with every change, and how the endpoint is asked for what came since."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    # REST only: the parameter that takes the last cursor, such as updated_since.
    parameter: str | None = None
    # What the first pull asks for, where the endpoint insists on a value.
    start: str | int | None = None
    # How far back to look, for rows that were committed after later ones.
    overlap_minutes: float = Field(default=0, ge=0)
    # What a number means that is a time since 1970.
    unit: Literal["seconds", "milliseconds"] | None = None

    @field_validator("start", mode="before")
    @classmethod
    def _is_a_text(cls, given: Any) -> Any:
        return _written(given)


class _Pull(BaseModel):
    """What both kinds have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    source: str | None = None
    profile: str | None = None
    cursor: Cursor | None = None
    # The column that says since when a row is true, where the contract does not know it by name.
    exported_at: str | None = None
    time_out_seconds: float = Field(default=60, gt=0)
    attempts: int = Field(default=5, ge=1, le=20)
    # Certificates of an authority that this machine does not know, such as the company's own.
    ca_file: Path | None = None

    @property
    def target(self) -> str:
        """The folder below landing: a source or a profile."""
        return self.source or self.profile or ""

    @property
    def identity(self) -> str:
        """Changes when other rows would come: a cursor of before then means nothing any more."""
        said = self.model_dump_json(exclude={**dict.fromkeys(_MANNERS, True), "cursor": {"overlap_minutes"}})
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    @field_validator("cursor", mode="before")
    @classmethod
    def _is_a_column(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _has_one_target(self) -> Self:
        if (self.source is None) == (self.profile is None):
            raise ValueError("name either a source or a profile, so that it is known what the rows are")
        if self.source is not None and self.source not in SOURCES:
            raise ValueError(f"there is no source {self.source!r}; the sources are {', '.join(SOURCES)}")
        if self.profile is not None and not _NAME.fullmatch(self.profile):
            raise ValueError("profile is the name of one, in lower-case letters, digits, - and _")
        if self.profile is not None and self.exported_at is not None:
            raise ValueError("exported_at belongs to pulls into a source; a profile names its own")
        return self


class DatabasePull(_Pull):
    """A table or a query of any database that SQLAlchemy has a driver for."""

    kind: Literal["database"]
    url: str
    table: str | None = None
    query: str | None = None
    columns: tuple[str, ...] = ()
    # Encrypted unless the server is this machine; `false` where the network itself is trusted.
    tls: bool | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("name either a table or a query")
        if self.query is not None and self.columns:
            raise ValueError("columns belong to a table; a query names its own")
        if self.cursor is not None and (self.cursor.parameter or self.cursor.start is not None):
            raise ValueError("parameter and start of a cursor belong to REST endpoints")
        _refuse_literal_password(self.url)
        return self


class RestPull(_Pull):
    """A paged list of JSON objects behind http(s)."""

    kind: Literal["rest"]
    base_url: str
    path: str = ""
    method: Literal["GET", "POST"] = "GET"
    auth: Annotated[Auth, Field(discriminator="kind")] | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict)
    # Where in the answer the list is, as data.items; empty: the answer is the list.
    records: str = ""
    paging: Paging = Paging()
    requests_per_second: float = Field(default=5, gt=0)
    max_answer_mb: float = Field(default=64, gt=0)

    @field_validator("parameters", mode="before")
    @classmethod
    def _are_texts(cls, given: Any) -> Any:
        return {name: _written(value) for name, value in given.items()} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if not is_reference(self.base_url) and not _SCHEME.match(self.base_url):
            raise ValueError("base_url must begin with https:// or http://")
        if "@" in self.base_url.split("//", 1)[-1].split("/", 1)[0]:
            raise ValueError("base_url holds a user or a password; name them under auth")
        if _SCHEME.match(self.path) or self.path.startswith("//"):
            raise ValueError("path is a path below base_url, not an address of its own")
        if self.cursor is not None and self.cursor.parameter is None:
            raise ValueError(
                "cursor needs the parameter that asks for what came since, such as updated_since"
            )
        for name in self.parameters:
            if sounds_secret(name):
                raise ValueError(
                    f"the parameter {name} would stand in addresses and logs; send it under auth"
                )
        for name, value in self.headers.items():
            if sounds_secret(name) and not references(value):
                raise ValueError(_not_literal(f"the header {name}"))
        if any(references(str(value)) for value in (self.path, *self.parameters.values())):
            raise ValueError(
                "path and parameters take no ${…}, since addresses are logged; use auth or headers"
            )
        return self


Pull = DatabasePull | RestPull


class _File(RootModel[Annotated[DatabasePull | RestPull, Field(discriminator="kind")]]):
    """What stands in one file."""


def load(path: Path) -> Pull:
    """The pull of one file; raises `PullError`, which quotes nothing of the file but its keys."""
    if not _NAME.fullmatch(path.stem):
        raise PullError(f"its file {path.name!r} must be named with lower-case letters, digits, - and _ only")
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise PullError(f"its file {path.name} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise PullError(f"its file {path.name} could not be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        # The library's own words quote the file, where somebody may have written a password after all.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise PullError(f"its file {path.name} is not YAML{where}; correct it there") from None
    if not isinstance(loaded, dict):
        raise PullError(
            f"its file {path.name} is empty or no list of keys; begin with kind: database or rest"
        )
    if "name" in loaded:
        raise PullError(f"its file {path.name} names a name; the file's own name is the pull's")
    try:
        return _File.model_validate({**loaded, "name": path.stem}).root
    except ValidationError as error:
        raise PullError(f"its file {path.name} is wrong {'; '.join(_complaints(error))}") from None


def _complaints(error: ValidationError) -> Iterator[str]:
    """The first two things that are wrong; never the value."""
    for found in error.errors(include_input=False, include_url=False)[:2]:
        kinds = {"database", "rest", "bearer", "header", "basic", "oauth2"}
        place = ".".join(str(part) for part in found["loc"] if part not in kinds)
        if found["type"] in ("union_tag_not_found", "union_tag_invalid"):
            yield f"at {place + '.' if place else ''}kind: it must be one of those in the documentation"
        elif found["type"] == "value_error":
            yield f"at {place or 'the top'}: {found['ctx']['error']}"
        else:
            yield f"at {place or 'the top'}: {found['msg'][:1].lower()}{found['msg'][1:]}"


def _written(value: Any) -> Any:
    """YAML takes 2025-01-01 for a date; here it is what is sent."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _not_literal(what: str) -> str:
    return (
        f"{what} stands in the file itself; put it into an environment variable and write ${{ITS_NAME}} here"
    )


def _refuse_literal_password(url: str) -> None:
    """A password in the address, also among its options, must come from the environment."""
    if is_reference(url):
        return
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(
            "url is no address of a database, such as postgresql+pg8000://user:${PASSWORD}@host/db"
        ) from None
    if parsed.password and not is_reference(str(parsed.password)):
        raise ValueError(_not_literal("the password of the url"))
    for name, value in parsed.query.items():
        if sounds_secret(name) and not is_reference(str(value)):
            raise ValueError(_not_literal(f"the {name} of the url"))
