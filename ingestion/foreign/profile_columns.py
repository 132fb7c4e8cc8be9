"""How one of our columns is made of another system's columns: the words that a profile may use, no code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingestion.rows.headers import is_emotion

# Stands for the name of the file in `from`, with its folders.
FILE_NAME = "@file"
_ORIGINS = ("from", "constant", "join", "first", "lookup", "speech")


class Words(BaseModel):
    """Base of every part of a profile: unknown words are refused, numbers in YAML are texts here."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Scale(Words):
    """Two ranges: the ends of `from` become the ends of `to`, linearly between and beyond."""

    from_: tuple[float, float] = Field(alias="from")
    to: tuple[float, float]

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.from_[0] == self.from_[1]:
            raise ValueError("scale: the two ends of 'from' are equal")
        return self


class AsOf(Words):
    """Of a history: the row that began last at or before `at` counts."""

    start: str
    at: Source


def _header_alone(given: object) -> object:
    """A header by itself is short for `{from: header}`."""
    return {"from": given} if isinstance(given, str) else given


class Mapping(Words):
    """Where one value comes from (exactly one origin), and what is done with it, in the order below."""

    from_: str | None = Field(None, alias="from")
    constant: str | None = None
    join: tuple[Source, ...] | None = None
    with_: str = Field(" ", alias="with")
    first: tuple[Source, ...] | None = None
    lookup: str | None = None
    on: dict[str, Source] | None = None
    take: str | None = None
    as_of: AsOf | None = None
    speech: Literal["text", "words", "pause_seconds", "answer_seconds"] | None = None

    pattern: str | None = None
    values: dict[str, str] | None = None
    otherwise: str | None = None
    scale: Scale | None = None
    multiply: float | None = None
    round_: int | None = Field(None, alias="round")
    unix: Literal["s", "ms"] | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        named = [name for name in _ORIGINS if self._given(name)]
        if len(named) != 1:
            raise ValueError(
                f"a column needs exactly one of {', '.join(_ORIGINS)}, not {' and '.join(named) or 'none'}"
            )
        if self.lookup and not (self.on and self.take):
            raise ValueError(f"the lookup in {self.lookup} needs 'on' and 'take'")
        if not self.lookup and (self.on or self.take or self.as_of):
            raise ValueError("'on', 'take' and 'as_of' belong to a lookup")
        if self.otherwise is not None and self.values is None:
            raise ValueError("'otherwise' belongs to 'values'")
        if self.pattern is not None:
            _check_pattern(self.pattern)
        if self.from_ is not None and is_emotion(self.from_):
            raise ValueError(f"{self.from_} infers emotion, which is never taken")
        return self

    def _given(self, name: str) -> bool:
        return getattr(self, "from_" if name == "from" else name) is not None

    @property
    def parts(self) -> tuple[Mapping, ...]:
        """The mappings that this one is made of."""
        at = (self.as_of.at,) if self.as_of else ()
        return (*(self.join or ()), *(self.first or ()), *(self.on or {}).values(), *at)

    def everything(self) -> Iterator[Mapping]:
        """This mapping and all below it."""
        yield self
        for part in self.parts:
            yield from part.everything()

    @property
    def headers(self) -> frozenset[str]:
        """The other system's headers (or dotted paths) that it reads."""
        named = (part.from_ for part in self.everything())
        return frozenset(header for header in named if header is not None and header != FILE_NAME)


Source = Annotated[Mapping, BeforeValidator(_header_alone)]


class Speech(Words):
    """Where a recogniser's record keeps what was said when, by dotted paths.

    `tokens`: lists side by side; `pairs`: text and [[start, end], …]; `items`: a list of objects a word.
    """

    shape: Literal["tokens", "pairs", "items"]
    text: str
    tokens: str | None = None
    starts: str | None = None
    durations: str | None = None
    times: str | None = None
    # The first of these that holds anything: words where there are some, else segments.
    items: tuple[str, ...] = ()
    word: tuple[str, ...] = ()
    start: str = "start"
    end: str = "end"
    only: dict[str, str] = Field(default_factory=dict)
    # Values that mark a record as one part of several, which is never read as if it were the whole.
    whole_when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unit: Literal["s", "ms"] = "s"
    # A silence at least this long is a pause; a token without an end of its own lasts at most so long.
    shortest_pause_seconds: float = Field(gt=0)
    longest_token_seconds: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        shapes: dict[str, dict[str, object]] = {
            "tokens": {"tokens": self.tokens, "starts": self.starts, "longest": self.longest_token_seconds},
            "pairs": {"times": self.times},
            "items": {"items": self.items, "word": self.word},
        }
        missing = [name for name, given in shapes[self.shape].items() if not given]
        if missing:
            named = ", ".join("longest_token_seconds" if name == "longest" else name for name in missing)
            raise ValueError(f"speech of the shape {self.shape} needs {named}")
        return self

    @property
    def headers(self) -> frozenset[str]:
        """The paths that it reads."""
        single = (self.text, self.tokens, self.starts, self.durations, self.times)
        return frozenset(path for path in (*single, *self.items, *self.whole_when) if path)


def _check_pattern(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"the pattern {pattern!r} is no regular expression ({error.msg})") from None
    if groups != 1:
        raise ValueError(f"the pattern {pattern!r} needs exactly one group (…), not {groups}")


AsOf.model_rebuild()
Mapping.model_rebuild()
