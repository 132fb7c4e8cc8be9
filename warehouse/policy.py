"""The access policy: `warehouse/policy.yml`, read and checked. What it means is told in the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse.errors import ScorehouseError

FILE = Path(__file__).with_name("policy.yml")


class PolicyError(ScorehouseError):
    """The policy file does not hold together; nobody but the operator should see marts until it does."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Role(_Strict):
    """`everything`, or the classes of columns that it sees; what of a cube it sees anyway.

    `own_rows` is SQL over the cube's people, called p; `own_people` how many are its own in any cell at most.
    """

    everything: bool = False
    sees: tuple[str, ...] = ()
    own_rows: str | None = None
    own_people: int = Field(default=0, ge=0)


class Cells(_Strict):
    """Columns of a mart that are aggregates over the same people: hidden together.

    `fixed` gives a dimension of `at` that the mart has no column for; `only` are the rows that may show them;
    `rows` are the rows that these cells are about, where others rest on other people.
    """

    hide: tuple[str, ...] = Field(min_length=1)
    n: str | None = None
    cube: str | None = None
    at: tuple[str, ...] = ()
    back: dict[str, int] = {}
    fixed: dict[str, str] = {}
    only: dict[str, str] = {}
    rows: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_who(self) -> Cells:
        if self.n is None and self.cube is None:
            raise ValueError(f"cells of {', '.join(self.hide)} name neither n nor a cube")
        return self


class SameGroups(_Strict):
    """The groups of one block are decided in another cube, over whose further dimensions they are totals."""

    block: str
    cube: str


class Cube(_Strict):
    """People behind cells: `people` gives the dimensions and `person`, `department_id` or `pay` if needed."""

    people: str
    adds_up: tuple[str, ...] = Field(min_length=1)
    splits: str | None = None
    block: str | None = None
    same_groups: SameGroups | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Along which cells add up, the split last."""
        return self.adds_up if self.splits is None else (*self.adds_up, self.splits)


class Mart(_Strict):
    """One published relation: `rows` is a filter by role, `columns` are names by class."""

    rows: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    cells: tuple[Cells, ...] = ()

    def class_of(self, column: str) -> str | None:
        """The class of a column; None when it has none."""
        return next((name for name, columns in self.columns.items() if column in columns), None)


class SignIn(_Strict):
    """How long passwords and sessions are good for, and how long a password has to be; 0 days: for ever."""

    shortest_password: int = Field(default=12, ge=8)
    password_days: int = Field(default=365, ge=0)
    one_time_days: int = Field(default=7, ge=1)
    session_hours: int = Field(default=12, ge=1)
    idle_minutes: int = Field(default=60, ge=1)


class Mail(_Strict):
    """Which classes of columns may leave the house in a mail, whatever its recipient sees on pages."""

    classes: tuple[str, ...] = ("public",)


class SandboxLimits(_Strict):
    """What queries may use that a person writes; told in the file."""

    seconds: float = Field(default=30, gt=0)
    threads: int = Field(default=2, ge=1)
    memory_mb: int = Field(default=1024, ge=64)
    hard_memory_mb: int = Field(default=2048, ge=128)
    rows: int = Field(default=100_000, ge=1)
    result_mb: int = Field(default=64, ge=1)
    workers: int = Field(default=4, ge=1)
    workers_of_one: int = Field(default=2, ge=1)
    wait_seconds: float = Field(default=10, ge=0)
    idle_seconds: float = Field(default=300, gt=0)


class Policy(_Strict):
    """The whole file."""

    sign_in: SignIn = SignIn()
    fewest_people: int = Field(ge=2)
    largest_share_of_pay: float = Field(gt=0, le=1)
    mail: Mail = Mail()
    sandbox: SandboxLimits = SandboxLimits()
    reports_at_once: int = Field(default=300, ge=1)
    classes: tuple[str, ...]
    roles: Mapping[str, Role]
    filters: Mapping[str, str]
    cubes: Mapping[str, Cube]
    marts: Mapping[str, Mart]

    @model_validator(mode="after")
    def _holds_together(self) -> Policy:
        wrong = [f"mail: there is no class {name}" for name in set(self.mail.classes) - set(self.classes)]
        wrong += [*self._wrong_roles(), *(text for name in self.marts for text in self._wrong_mart(name))]
        for name, cube in self.cubes.items():
            if cube.same_groups and cube.same_groups.cube not in self.cubes:
                wrong.append(f"cube {name}: there is no cube {cube.same_groups.cube}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_roles(self) -> Iterator[str]:
        for name, role in self.roles.items():
            for unknown in set(role.sees) - set(self.classes):
                yield f"role {name}: there is no class {unknown}"

    def _wrong_mart(self, name: str) -> Iterator[str]:
        mart = self.marts[name]
        for role, chosen in mart.rows.items():
            if role not in self.roles:
                yield f"{name}: there is no role {role}"
            if chosen not in self.filters:
                yield f"{name}: there is no filter {chosen}"
        for unknown in set(mart.columns) - set(self.classes):
            yield f"{name}: there is no class {unknown}"
        named = [column for columns in mart.columns.values() for column in columns]
        for column in sorted({column for column in named if named.count(column) > 1}):
            yield f"{name}.{column} is in two classes"
        for cells in mart.cells:
            for column in {*cells.hide, *filter(None, [cells.n])} - set(named):
                yield f"{name}: cells name {column}, which is no column of the mart"
            yield from self._wrong_cells(name, cells)

    def _wrong_cells(self, name: str, cells: Cells) -> Iterator[str]:
        if cells.cube is None:
            return
        cube = self.cubes.get(cells.cube)
        if cube is None:
            yield f"{name}: there is no cube {cells.cube}"
            return
        for column in set(cells.at) - {*cube.dimensions, cube.block}:
            yield f"{name}: the cube {cells.cube} has no dimension {column}"
        if cube.block and cube.block not in cells.at:
            yield f"{name}: cells of the cube {cells.cube} need {cube.block} in `at`"


@cache
def policy() -> Policy:
    """The policy of this installation."""
    return read_policy(FILE.read_text(encoding="utf-8"))


def read_policy(text: str) -> Policy:
    """A policy from YAML; `PolicyError` says what does not hold together."""
    try:
        return Policy.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        if isinstance(error, ValidationError):
            told = "; ".join(
                f"{'.'.join(str(part) for part in fault['loc']) or 'policy'}: {fault['msg']}"
                for fault in error.errors(include_url=False)
            )
        else:
            told = " ".join(str(error).split())
        raise PolicyError(f"{FILE.name} cannot be used: {told}") from None


def gaps(given: Policy, published: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each published mart or column without a class, and each name that is published no more.

    `published` are the columns by `schema.table`. Empty when the policy covers them.
    """
    sentences: list[str] = []
    for name, columns in sorted(published.items()):
        mart = given.marts.get(name)
        if mart is None:
            sentences.append(
                f"{name} has no access policy: add it under `marts:` in warehouse/policy.yml with `rows` "
                f"(a filter for each role that may see it) and every column in a class: {', '.join(columns)}."
            )
            continue
        missing = [column for column in columns if mart.class_of(column) is None]
        if missing:
            sentences.append(
                f"{name} has columns without a class: add {', '.join(missing)} to one of "
                f"{', '.join(given.classes)} under `{name}: columns:` in warehouse/policy.yml."
            )
        gone = sorted({column for named in mart.columns.values() for column in named} - set(columns))
        if gone:
            sentences.append(
                f"{name} has no column {', '.join(gone)} any more: take it out of warehouse/policy.yml."
            )
    sentences += [
        f"{name} is published no more: take it out of warehouse/policy.yml."
        for name in sorted(given.marts.keys() - published.keys())
    ]
    return sentences
