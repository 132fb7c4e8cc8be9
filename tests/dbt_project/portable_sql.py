"""What a model may write so that it also runs on Spark (4.2 and later), as a function from SQL to objections.

The text is a model compiled with the `default__` macros of macros/engines/, which speak Spark's SQL: what is
left of DuckDB's own words stands in the model itself. Spark knows QUALIFY since 4.2, so it may be used.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions that both engines have under one name, with one meaning and one order of arguments.
BOTH = _words(
    """
    abs any_value asin atanh avg bit_xor bool_and bool_or ceil coalesce concat_ws contains corr count
    cume_dist dense_rank exp extract first_value floor greatest grouping lag last_value lead least length
    ln lower max max_by md5 mean median min min_by mod nullif percent_rank percentile_cont pi power rank
    regexp_extract replace round row_number sqrt starts_with stddev_samp substring sum tanh trim upper
    var_samp
    """
)
# Spark's own, which only the default__ macros may bring: DuckDB lacks them, or means something else.
SPARK = _words(
    """
    array array_contains array_distinct array_join array_sort bit_count cardinality collect_list collect_set
    concat date_trunc datediff explode filter from_utc_timestamp get inline months_between named_struct
    percentile raise_error regexp_replace sequence sort_array timestampdiff transform translate xxhash64
    """
)
# Kernels that are registered with the engine by their own name.
KERNELS = frozenset({"cheapest_steps", "opened_text"})
TYPES = frozenset(
    {
        "TEXT",
        "INT",
        "BIGINT",
        "DOUBLE",
        "DECIMAL",
        "DATE",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "TIMESTAMPNTZ",
        "BOOLEAN",
    }
)
_CLAUSES = _words(
    """
    and as between by case cast distinct else except exists filter from group having in interval is join not
    on or order over partition qualify select sets then union using values when where window with within
    """
)


# What Jinja and dbt call.
_JINJA = _words(
    """
    call config date_trunc decimal do elif env_var for get_quoted_csv if is_incremental macro map range ref
    return set source timestamp var
    """
)


def objections(sql: str) -> list[str]:
    """One sentence for each thing that the other engine would not run, or would understand otherwise."""
    try:
        tree = sqlglot.parse_one(sql, dialect="spark", error_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        return [f"Spark cannot read it: {str(error).splitlines()[0]}"]
    tokens = sqlglot.tokenize(sql, dialect="spark")
    found = [*_functions(tokens), *_brackets(tokens), *_backslashes(sql), *_implicit_nulls(sql, tree)]
    for rule in _RULES:
        found += rule(tree)
    return sorted(set(found))


def _functions(tokens: list[Token]) -> Iterator[str]:
    for before, token, after in zip([tokens[0], *tokens], tokens, tokens[1:], strict=False):
        name = token.text.lower()
        if after.token_type is not TokenType.L_PAREN or token.token_type is TokenType.STRING:
            continue
        # `as decimal(38, 18)`, `as (item, place)`: a type, an alias, and no call.
        is_call = name.isidentifier() and before.text.lower() != "as"
        if is_call and name not in BOTH | SPARK | KERNELS | _CLAUSES:
            yield f"the function {name} belongs to one engine: write a macro of macros/engines/"


def _brackets(tokens: list[Token]) -> Iterator[str]:
    """A bracket behind a name is a place in a list; one behind anything else begins a list of DuckDB's."""
    for before, token in itertools.pairwise(tokens):
        is_behind_name = before.token_type in {TokenType.VAR, TokenType.R_PAREN, TokenType.R_BRACKET}
        if token.token_type is TokenType.L_BRACKET and not is_behind_name:
            yield "a list in brackets is DuckDB's: write a macro of macros/engines/"


def engine_words(text: str, macros: frozenset[str]) -> list[str]:
    """Functions in the text of a model or macro, Jinja and all, that are neither of `macros` nor of both."""
    code = re.sub(r"\{#.*?#\}|--[^\n]*", " ", text, flags=re.DOTALL)
    called = {name.lower() for name in re.findall(r"(?<![.\w])([A-Za-z_]\w*)\(", code)}
    called |= {f"{name}[…]" for name in re.findall(r"\b(list|array)\s*\[", code, flags=re.IGNORECASE)}
    return sorted(called - BOTH - KERNELS - _CLAUSES - _JINJA - macros)


def _backslashes(sql: str) -> Iterator[str]:
    for token in sqlglot.tokenize(sql, dialect="duckdb"):
        if token.token_type is TokenType.STRING and "\\" in token.text:
            yield "a backslash in a text means something else in Spark: use a class such as [0-9]"


class _EmptyLast(Spark):
    """Spark, if it put empty values last as DuckDB does."""

    NULL_ORDERING = "nulls_are_last"


def _implicit_nulls(sql: str, tree: exp.Expr) -> Iterator[str]:
    """Orders of which the two engines have another idea where the empty values stand."""
    otherwise = sqlglot.parse_one(sql, dialect=_EmptyLast)
    for here, there in zip(_orders(tree), _orders(otherwise), strict=True):
        if here.args.get("nulls_first") != there.args.get("nulls_first"):
            yield f"order by {here.this.sql()}: say nulls first or nulls last, the engines differ"


def _orders(tree: exp.Expr) -> list[exp.Ordered]:
    """Orders that decide something: a continuous quantile leaves empty values out."""
    return [order for order in tree.find_all(exp.Ordered) if order.find_ancestor(exp.WithinGroup) is None]


def _divisions(tree: exp.Expr) -> Iterator[str]:
    for division in tree.find_all(exp.Div):
        if not _is_never_zero(division.expression):
            yield f"division by {division.expression.sql()}: Spark stops at zero, divide by nullif(…, 0)"


def _is_never_zero(divisor: exp.Expr) -> bool:
    inner = divisor.unnest()
    if isinstance(inner, exp.Literal):
        return float(inner.name) != 0
    if isinstance(inner, exp.Sqrt):
        return _is_never_zero(inner.this)
    # Counts are not negative: with a positive constant on top they are never zero.
    if isinstance(inner, exp.Add):
        return isinstance(inner.expression, exp.Literal) and _is_never_zero(inner.expression)
    return isinstance(inner, exp.Nullif | exp.Pi)


def _truncations(tree: exp.Expr) -> Iterator[str]:
    for truncation in tree.find_all(exp.DateTrunc, exp.TimestampTrunc):
        parent = truncation.parent
        if not isinstance(parent, exp.Cast) or parent.to.this != exp.DType.DATE:
            yield "date_trunc gives a date in one engine and a timestamp in the other: cast it to date"


def _types(tree: exp.Expr) -> Iterator[str]:
    for cast in tree.find_all(exp.Cast):
        for kind in cast.to.find_all(exp.DataType):
            name = kind.this.value if isinstance(kind.this, exp.DType) else str(kind.this)
            if name not in TYPES:
                yield f"the type {kind.sql()} is not one of both engines"


def _clauses(tree: exp.Expr) -> Iterator[str]:
    for star in tree.find_all(exp.Star):
        if star.args.get("replace") or star.args.get("rename"):
            yield "* replace and * rename are DuckDB's: list the columns"
    for _ in tree.find_all(exp.Pivot):
        yield "pivot differs between the engines: write the cases"
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "group by all: name the columns"
    for order in tree.find_all(exp.Ordered):
        if order.this.name.upper() == "ALL":
            yield "order by all: name the columns"
    for union in tree.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            yield "union by name: list the columns in one order"
    for join in tree.find_all(exp.Join):
        if (join.method or "").upper() in {"ASOF", "POSITIONAL"}:
            yield f"{join.method.lower()} join is not Spark's"


def _windows(tree: exp.Expr) -> Iterator[str]:
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.Filter):
            yield "filter within over is not Spark's: count a case"
    for qualify in tree.find_all(exp.Qualify):
        for aggregate in qualify.find_all(exp.AggFunc):
            if aggregate.find_ancestor(exp.Window, exp.Qualify) is qualify:
                yield "an aggregate in qualify is not Spark's: compute it before"


_RULES: tuple[Callable[[exp.Expr], Iterator[str]], ...] = (
    _divisions,
    _truncations,
    _types,
    _clauses,
    _windows,
)
