"""The one list of functions that analysts get, and how engines come to know them.

For questions in SQL, not for the bulk path: DuckDB calls Python under one lock. Every function maps N rows to
N rows, each by itself, and says in `null_rule` what it makes of nulls. Types are Arrow's, so that any engine
that speaks Arrow can take the list: DuckDB by `register`, others by `arrow_udfs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

import pyarrow as pa

from scoring_udfs import analyst_functions as functions
from scoring_udfs.analyst_functions import Policy
from scoring_udfs.answer_points import ANSWER_TYPE
from scoring_udfs.duckdb_functions import add_function
from scoring_udfs.errors import ColumnError
from scoring_udfs.score import CRITERIA_TYPE, EVIDENCE_TYPE, INPUT_COLUMNS

_TEXT, _NUMBER, _COUNT, _FLAG = pa.string(), pa.float64(), pa.int32(), pa.bool_()


@dataclass(frozen=True)
class Function:
    """A kernel as engines see it: `kernel` takes the policy, then the columns named in `arguments`.

    `is_relation`: it gives a struct that SQL may also read in FROM, as one row.
    """

    name: str
    kernel: Callable[..., pa.Array]
    arguments: Mapping[str, pa.DataType]
    return_type: pa.DataType
    null_rule: str
    zh: str
    en: str
    is_relation: bool = False


@dataclass(frozen=True)
class BoundFunction:
    """A function with its policy inside: Arrow columns in, an Arrow array of equal length out; it pickles.

    A call with more than `most_bytes` raises `ColumnError`.
    """

    function: Function
    policy: Policy
    most_bytes: int | None = None

    def __call__(self, *columns: Any) -> pa.Array:
        size = sum(column.nbytes for column in columns)
        if self.most_bytes is not None and size > self.most_bytes:
            name = self.function.name
            raise ColumnError(f"{name} was given {size:,} bytes at once; {self.most_bytes:,} are allowed.")
        return self.function.kernel(self.policy, *columns)

    @property
    def __signature__(self) -> Signature:
        """Engines count parameters before they call."""
        return Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in self.function.arguments])


@dataclass(frozen=True)
class ArrowUdf:
    """A function for an engine that calls with Arrow arrays (`pa.Array`s in, one of equal length out)."""

    name: str
    function: Callable[..., pa.Array]
    argument_types: tuple[pa.DataType, ...]
    return_type: pa.DataType
    null_rule: str


def arrow_udfs(policy: Policy) -> tuple[ArrowUdf, ...]:
    """Every function of `CATALOGUE` with its policy inside; `function` pickles, to be sent away."""
    return tuple(
        ArrowUdf(f.name, BoundFunction(f, policy), tuple(f.arguments.values()), f.return_type, f.null_rule)
        for f in CATALOGUE
    )


def register(connection: Any, policy: Policy, most_bytes: int | None = None) -> None:
    """Makes every function of `CATALOGUE` known to the database of a DuckDB connection while that is open.

    A call with more than `most_bytes` of texts fails: what Python holds is outside the limits of DuckDB.
    """
    for function in CATALOGUE:
        kernel = BoundFunction(function, policy, most_bytes)
        add_function(connection, function.name, kernel, function.arguments.values(), function.return_type)


def relate(connection: Any) -> None:
    """Lets a connection read the registered functions that give structs in FROM too, as one row each."""
    for function in CATALOGUE:
        if function.is_relation:
            arguments = ", ".join(f'"{name}"' for name in function.arguments)
            connection.execute(
                f'create or replace temp macro "{function.name}"({arguments}) as table '
                f'select unnest("{function.name}"({arguments}))'
            )


def _function(
    kernel: Callable[..., pa.Array],
    return_type: pa.DataType,
    null_rule: str,
    zh: str,
    en: str,
    is_relation: bool = False,
    **arguments: pa.DataType,
) -> Function:
    """A kernel by its own name, with the types of its columns."""
    return Function(kernel.__name__, kernel, arguments, return_type, null_rule, zh, en, is_relation)


CATALOGUE: tuple[Function, ...] = (
    _function(
        functions.score_answer,
        ANSWER_TYPE,
        "null without a known question or a text",
        zh="一段回答的得分、各能力项、各评分点、失分、证据与被否定的短语",
        en="an answer's points, competencies, criteria, losses, evidence and negated phrases",
        is_relation=True,
        question_id=_TEXT,
        text=_TEXT,
    ),
    _function(
        functions.score_criteria,
        CRITERIA_TYPE,
        "empty without a known question; h null without a text that was not skipped; pace as for pace_score",
        zh="题目的每个评分点：命中数与 h",
        en="every criterion of the question with its hits and h",
        **dict(zip(INPUT_COLUMNS, (_TEXT, _TEXT, _TEXT, _NUMBER, _NUMBER, _FLAG), strict=True)),
    ),
    _function(
        functions.score_evidence,
        EVIDENCE_TYPE,
        "empty without a known question or a text",
        zh="计分的短语及其在原文中的位置（码点）",
        en="the phrases that counted, with their places in the original (code points)",
        question_id=_TEXT,
        text=_TEXT,
    ),
    _function(
        functions.answer_signals,
        functions.SIGNALS_TYPE,
        "null without a text; its fields null for a blank one",
        zh="只提示、不计分的特征：短语密度、虚词占比、最长无虚词段、重复程度",
        en="features shown and never scored: phrase density, function words, longest run, repetition",
        is_relation=True,
        question_id=_TEXT,
        text=_TEXT,
    ),
    _function(
        functions.normalise_text,
        _TEXT,
        "null of null",
        zh="匹配前的规范文本：NFKC、小写、空白归一",
        en="the text as phrases are looked for in it: NFKC, lower case, single spaces",
        text=_TEXT,
    ),
    _function(
        functions.detect_language,
        _TEXT,
        "null of null",
        zh="语言：含汉字为 zh，否则 en",
        en="zh when the text holds a Chinese character, else en",
        text=_TEXT,
    ),
    _function(
        functions.count_units,
        _COUNT,
        "null without a text; without a language the detected one",
        zh="语速的计数单位：汉字数（zh）或词数（其他）",
        en="what pace counts: Chinese characters (zh) or words (any other language)",
        text=_TEXT,
        lang=_TEXT,
    ),
    _function(
        functions.pace_score,
        _NUMBER,
        "null without a language that has a band, or without units a minute",
        zh="语速的 h：区间内为 1，向外线性降到 0",
        en="h of pace by the band of the language: 1 inside, falling to 0 outside",
        lang=_TEXT,
        units_per_minute=_NUMBER,
    ),
)
