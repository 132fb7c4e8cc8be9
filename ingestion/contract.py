"""Contracts: what each source delivers, one YAML file a source, checked when it is loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse.errors import ScorehouseError

DIRECTORY = Path(__file__).parent / "contracts"
# The order in which a pass takes them: interviews come before what belongs to them, since an answer is
# sealed under the key of the candidate whom its interview names.
SOURCES = (
    "interviews",
    "answers",
    "vendor_scores",
    "human_ratings",
    "candidates",
    "applications",
    "requisitions",
    "employees",
    "performance_reviews",
    "assessments",
    "training_records",
    "promotions",
    "surveys",
    "comments",
    "privacy_requests",
)
ColumnType = Literal[
    "string",
    "words",
    "score",
    "number",
    "money",
    "seconds",
    "integer",
    "boolean",
    "date",
    "timestamp",
    "list",
]
UTC_TIME = pa.timestamp("us", tz="UTC")
# Money and scores are 64-bit floats; a `words` list travels as JSON text.
ARROW_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "words": pa.string(),
    "score": pa.float64(),
    "number": pa.float64(),
    "money": pa.float64(),
    "seconds": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": UTC_TIME,
    "list": pa.list_(pa.string()),
}
NUMERIC = frozenset({"score", "number", "money", "seconds", "integer"})
EXPORTED_AT = "exported_at"


class ContractError(ScorehouseError):
    """A contract file says something that cannot be."""


class Condition(BaseModel):
    """A column is required in the rows where another column has this value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    value: str


class Column(BaseModel):
    """One column of a contract, under its canonical English name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: ColumnType
    required: bool = False
    required_when: Condition | None = None
    aliases: tuple[str, ...] = ()
    # Canonical value → what else is written for it; with `closed` nothing else is accepted.
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    closed: bool = False
    # A seed whose Chinese and English names stand for its ids, e.g. roles: 销售代表 → sales_rep.
    names_from: Literal["roles", "departments", "competencies", "courses"] | None = None
    default: str | int | None = None
    min: float | None = None
    max: float | None = None
    above: float | None = None
    # The order of 1/2/2025; without it such a date is never guessed.
    date_order: Literal["dmy", "mdy"] | None = None
    # Never in clear on disk; and whether its empty text differs from an absent one.
    sealed: bool = False
    keep_empty: bool = False
    # Never shown in a message or in the clear columns of the quarantine.
    personal: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The type of the column in the raw layer (before sealing)."""
        return ARROW_TYPES[self.type]

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The closed range; scores are 0–100 unless the contract says otherwise."""
        if self.type == "score":
            return (0.0 if self.min is None else self.min, 100.0 if self.max is None else self.max)
        return self.min, self.max

    @property
    def is_private(self) -> bool:
        """Whether its values must not be shown."""
        return self.sealed or self.personal

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.sealed and self.arrow_type != pa.string():
            raise ValueError(f"column {self.name}: only texts can be sealed")
        if self.type == "boolean" and not set(self.values) <= {"true", "false"}:
            raise ValueError(f'column {self.name}: the values of yes and no are "true" and "false"')
        if self.closed and not self.values:
            raise ValueError(f"column {self.name}: closed needs values")
        if self.type not in NUMERIC and (self.min, self.max, self.above) != (None, None, None):
            raise ValueError(f"column {self.name}: min, max and above are for numbers")
        return self


class Contract(BaseModel):
    """What one source delivers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    version: str
    key: tuple[str, ...]
    expected_every_days: int = Field(gt=0)
    columns: dict[str, Column]
    # Set by the loader: changes with the contract, so that rejected files are tried again.
    digest: str = ""
    # Of a partial contract: the columns that its rows deliver; the others stay as they were.
    partial_columns: tuple[str, ...] | None = None

    @property
    def full_version(self) -> str:
        """Version and digest, as the ledger and the quarantine record it."""
        return f"{self.version}-{self.digest}"

    @cached_property
    def sealed_columns(self) -> tuple[str, ...]:
        """The columns that never stand in clear on disk."""
        return tuple(name for name, column in self.columns.items() if column.sealed)

    @cached_property
    def required_columns(self) -> tuple[str, ...]:
        """The columns without which a file is rejected."""
        return tuple(name for name, column in self.columns.items() if column.required)

    @cached_property
    def exported_at(self) -> Column:
        """The export's own timestamp, which every source may carry."""
        aliases = ("导出时间", "导出日期", "export_time", "updated_at", "更新时间", "last_updated")
        return Column(name=EXPORTED_AT, type="timestamp", aliases=aliases)

    def partial(self, columns: Iterable[str]) -> Contract:
        """The same for rows of only some columns: the key stays required, nothing has a default."""
        given = self.model_dump()
        for name, column in given["columns"].items():
            column.update(required=name in self.key and column["required"], required_when=None, default=None)
        delivered = tuple(name for name in self.columns if name in set(columns))
        return Contract.model_validate({**given, "partial_columns": delivered})

    @model_validator(mode="before")
    @classmethod
    def _name_the_columns(cls, loaded: dict[str, object]) -> dict[str, object]:
        columns = loaded.get("columns")
        if isinstance(columns, dict):
            named = {name: {**(given or {}), "name": name} for name, given in columns.items()}
            return {**loaded, "columns": named}
        return loaded

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for name in self.key:
            if name not in self.columns:
                raise ValueError(f"the key names {name}, which is no column")
            if self.columns[name].sealed:
                raise ValueError(f"the key names {name}, which is sealed")
        for column in self.columns.values():
            if column.required_when and column.required_when.column not in self.columns:
                raise ValueError(f"column {column.name} depends on a column that does not exist")
        return self


def load_contract(path: Path, formats: str = "") -> Contract:
    """The contract of one file; `formats` (what can be read) is part of its digest."""
    content = path.read_bytes()
    digest = hashlib.blake2b(content + b"\0" + formats.encode(), digest_size=4).hexdigest()
    try:
        loaded = yaml.load(content, Loader=yaml.CSafeLoader)
        return Contract.model_validate({**loaded, "digest": digest})
    except yaml.YAMLError as error:
        raise ContractError(
            f"The contract {path.name} is not YAML: {' '.join(str(error).split())}."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContractError(
            f"The contract {path.name} is wrong at {where or 'the top'}: {first['msg']}."
        ) from error


def load_contracts(directory: Path = DIRECTORY, formats: str = "") -> dict[str, Contract]:
    """Every contract by source, in the order of a pass; `ContractError` when a file is missing or wrong."""
    contracts = {}
    for source in SOURCES:
        path = directory / f"{source}.yml"
        if not path.is_file():
            raise ContractError(f"The source {source} has no contract: {path} is missing.")
        contract = load_contract(path, formats)
        if contract.source != source:
            raise ContractError(f"The contract {path.name} is for {contract.source!r}, not for {source!r}.")
        contracts[source] = contract
    return contracts
