"""The one gate for SQL: a single SELECT over known relations, or a sentence that says why not.

`check` finds out with sqlglot which names are relations and which are CTEs of the text (the innermost
WITH wins, as in DuckDB), writes the schema in front of every relation, and asks DuckDB's own parser
whether it sees the same. The user's text is otherwise run as it was written. `filtered` then puts the
viewer's projection in the place of every relation.
"""

from __future__ import annotations

import difflib
import logging
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from warehouse import sql_tree
from warehouse.errors import QueryRefusedError
from warehouse.sql_functions import NO_MORE, ExtraFunctions
from warehouse.sql_tree import TableName

DEFAULT_SCHEMA = "marts"
MAX_CHARACTERS = 100_000
# Of a text whose relations are replaced: each place grows by its projection.
MAX_RELATIONS = 100
_AMBIGUOUS = "The query is ambiguous: write every mart as marts.<name> and try again."
# Names of DuckDB's catalogue: a CTE that bears one would blur what the second reading sees.
_RESERVED_PREFIXES = ("duckdb_", "pg_", "sqlite_", "pragma_", "information_schema")
# `TABLE x` is short for `FROM x`, but takes a name only: no projection can stand behind it.
_TABLE_WORD = re.compile(r"\btable[ \t]+\Z", re.IGNORECASE)
# sqlglot logs the text of statements that it does not know; texts may hold names.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Relation:
    """A relation in a text: `schema.table` in lower case, its span in code points, and if it has an alias."""

    name: str
    start: int
    end: int
    has_alias: bool


@dataclass(frozen=True)
class CheckedQuery:
    """A query that may run: its text with every relation qualified, and the relations that it reads."""

    sql: str
    relations: frozenset[str]


@dataclass(frozen=True)
class _Reading:
    """A checked text as it was written, and where what stands in it."""

    text: str
    checked: CheckedQuery
    relations: tuple[Relation, ...]
    # `marts.` in `marts.results.id`: a projection has an alias and no schema.
    qualifiers: tuple[tuple[int, int], ...]


def check(sql: str, known: Collection[str], more: ExtraFunctions = NO_MORE) -> CheckedQuery:
    """The query, ready to run, or `QueryRefusedError`.

    `known` are the relations as `schema.table`; a name without schema is meant in `marts`. Allowed is one
    SELECT with CTEs, subqueries, set operations, VALUES, unnest, range and generate_series, and the
    functions of `sql_functions` and of `more`; parameters are `?`, `$1` or `$name`.
    """
    return _check(sql, frozenset(name.lower() for name in known), more).checked


def filtered(sql: str, known: Collection[str], projections: Callable[[str], str]) -> CheckedQuery:
    """The query with the projection of each relation in its place, or `QueryRefusedError`.

    `projections` gives SQL in brackets for each of `known`. The result must, for DuckDB's own parser, hold
    every projection once for each time that its relation is named, and no other table.
    """
    reading = _check(sql, frozenset(name.lower() for name in known), NO_MORE)
    if len(reading.relations) > MAX_RELATIONS:
        raise QueryRefusedError(f"The query names marts more than {MAX_RELATIONS} times: split it.")
    _check_places(reading)
    texts = {name: projections(name) for name in reading.checked.relations}
    result = _rewrite(sql, [_in_place(sql, one, texts[one.name]) for one in reading.relations], reading)
    expected = sorted(table for one in reading.relations for table in _inside(texts[one.name]))
    tree = sql_tree.parse(result)
    seen = sorted(table for table in sql_tree.tables(tree) if table.catalog or table.schema)
    if seen != expected:
        raise QueryRefusedError(_AMBIGUOUS)
    return CheckedQuery(result, reading.checked.relations)


@lru_cache(maxsize=1024)
def _inside(projection: str) -> tuple[TableName, ...]:
    """The tables of a projection: it is the same for every query of its viewer."""
    return sql_tree.tables(sql_tree.parse(f"from {projection} as p"))


def _check_places(reading: _Reading) -> None:
    """DuckDB's parser must read a table at each place, and none with a schema anywhere else.

    The mark is new each time: no text can hold it beforehand.
    """
    mark = f"~{secrets.token_hex(8)}"
    places = [(one.start, one.end, f'"{mark}"."{number}"') for number, one in enumerate(reading.relations)]
    tree = sql_tree.parse(_rewrite(reading.text, places, reading))
    seen = sorted(table for table in sql_tree.tables(tree) if table.catalog or table.schema)
    expected = sorted(TableName("", mark, str(number)) for number in range(len(places)))
    if seen != expected:
        raise QueryRefusedError(_AMBIGUOUS)


def _in_place(text: str, relation: Relation, projection: str) -> tuple[int, int, str]:
    table = relation.name.rpartition(".")[2]
    named = projection if relation.has_alias else f'{projection} as "{table}"'
    word = _TABLE_WORD.search(text, 0, relation.start)
    if word is None:
        return relation.start, relation.end, named
    return word.start(), relation.end, f"from {named}"


@lru_cache(maxsize=512)
def _check(sql: str, known: frozenset[str], more: ExtraFunctions) -> _Reading:
    if len(sql) > MAX_CHARACTERS:
        raise QueryRefusedError(f"The query is longer than {MAX_CHARACTERS:,} characters.")
    if not sql.strip():
        raise QueryRefusedError("The query is empty: write a SELECT.")
    if "\0" in sql or not _is_unicode(sql):
        raise QueryRefusedError("The query holds characters that are not text.")
    sql_tree.check_references(sql_tree.parse(sql), more)
    relations, qualifiers = _read(sql, known)
    qualified = _rewrite(sql, [(one.start, one.end, _qualified(one)) for one in relations])
    _check_again(qualified, relations, known, more)
    checked = CheckedQuery(qualified, frozenset(relation.name for relation in relations))
    return _Reading(sql, checked, tuple(relations), tuple(qualifiers))


def _check_again(
    qualified: str, relations: list[Relation], known: frozenset[str], more: ExtraFunctions
) -> None:
    """DuckDB's parser must see the same relations as sqlglot, and allowed functions only."""
    tree = sql_tree.parse(qualified)
    sql_tree.check_references(tree, more)
    sql_tree.check_functions(tree, more)
    tables = sql_tree.tables(tree)
    seen = sorted(f"{table.schema}.{table.name}".lower() for table in tables if table.schema)
    expected = sorted(relation.name for relation in relations)
    if seen != expected or not sql_tree.is_allowed_anywhere(tables, known, sql_tree.cte_names(tree)):
        raise QueryRefusedError(_AMBIGUOUS)


def _read(sql: str, known: frozenset[str]) -> tuple[list[Relation], list[tuple[int, int]]]:
    try:
        parsed = sqlglot.parse(sql, dialect="duckdb")
        # A comment behind the last semicolon is none.
        statements = [one for one in parsed if one and not isinstance(one, exp.Semicolon)]
        # PIVOT and UNPIVOT may begin a query too; DuckDB takes those for a SELECT that name their values.
        if len(statements) != 1 or not isinstance(statements[0], exp.Query | exp.Values | exp.Pivot):
            raise QueryRefusedError("Only one SELECT can run here.")
        relations = [
            _relation(table, known)
            for table in statements[0].find_all(exp.Table)
            if _is_named(table) and not _is_cte(table)
        ]
        return relations, list(_qualifiers(statements[0], {one.name for one in relations}))
    except (SqlglotError, RecursionError):
        if sql_tree.begins_with_pivot(sql):
            raise QueryRefusedError(
                "A query that begins with PIVOT or UNPIVOT ends with it: to sort or filter what it gives, "
                "write FROM (PIVOT …) ORDER BY …."
            ) from None
        raise QueryRefusedError(
            "The query cannot be read: it uses syntax that is not supported here, or is nested too deeply."
        ) from None


def _is_named(table: exp.Table) -> bool:
    """Not a table function: those are judged in DuckDB's own tree."""
    return isinstance(table.this, exp.Identifier | exp.Literal)


def _relation(table: exp.Table, known: frozenset[str]) -> Relation:
    written = ".".join(part.name for part in table.parts)
    if len(table.parts) > 2:
        raise QueryRefusedError(f"{written} has too many parts: write marts.<name>.")
    name = f"{table.db or DEFAULT_SCHEMA}.{table.name}".lower()
    if name not in known:
        raise QueryRefusedError(_unknown(written, known))
    first, last = table.parts[0].meta, table.parts[-1].meta
    if "start" not in first or "end" not in last:
        raise QueryRefusedError(f"{written} stands where a mart cannot be read.")
    return Relation(name, int(first["start"]), int(last["end"]) + 1, table.args.get("alias") is not None)


def _qualifiers(statement: exp.Expr, relations: Collection[str]) -> Iterator[tuple[int, int]]:
    """The schema with its dot in every column that is written with the schema of a relation of the text."""
    for column in statement.find_all(exp.Column):
        parts = column.parts
        if len(parts) > 2 and f"{parts[0].name}.{parts[1].name}".lower() in relations:
            first, second = parts[0].meta, parts[1].meta
            if "start" in first and "start" in second:
                yield int(first["start"]), int(second["start"])


def _unknown(written: str, known: frozenset[str]) -> str:
    schema, _, wanted = written.lower().rpartition(".")
    schemas = {name.partition(".")[0] for name in known}
    if not wanted.isidentifier() or (schema and schema not in schemas):
        return f"There is no mart named {written!r}; files and system tables cannot be read here."
    by_table = {name.rpartition(".")[2]: name for name in known}
    close = difflib.get_close_matches(wanted, sorted(by_table), n=1, cutoff=0.6)
    hint = f"did you mean {by_table[close[0]]}?" if close else f"there are {', '.join(sorted(known))}."
    return f"There is no mart named {written!r}: {hint}"


def _is_cte(table: exp.Table) -> bool:
    """Whether an unqualified name means a CTE: one of an enclosing WITH that is in reach of the place.

    A CTE reaches the query that its WITH belongs to and the CTEs after it; itself only when recursive.
    """
    if table.db or table.catalog:
        return False
    name = table.name.lower()
    node: exp.Expr = table
    while node.parent is not None:
        parent = node.parent
        if isinstance(parent, exp.With):
            reach: Iterator[str] = _reach_within(parent, node)
        else:
            own = parent.args.get("with_")
            reach = iter(()) if own is None or own is node else (cte.alias.lower() for cte in own.expressions)
        if name in reach:
            if name.startswith(_RESERVED_PREFIXES):
                raise QueryRefusedError(f"A CTE cannot be named {name}: the name belongs to the system.")
            return True
        node = parent
    return False


def _reach_within(clause: exp.With, inside: exp.Expr) -> Iterator[str]:
    for cte in clause.expressions:
        if cte is inside:
            if clause.args.get("recursive"):
                yield cte.alias.lower()
            return
        yield cte.alias.lower()


def _qualified(relation: Relation) -> str:
    schema, _, table = relation.name.partition(".")
    return f'"{schema}"."{table}"'


def _rewrite(sql: str, places: list[tuple[int, int, str]], reading: _Reading | None = None) -> str:
    """`sql` with each place replaced (and the qualifiers of `reading` gone), the rest as it was written."""
    if reading is not None:
        places = [*places, *((start, end, "") for start, end in reading.qualifiers)]
    pieces: list[str] = []
    position = 0
    for start, end, replacement in sorted(places):
        pieces += (sql[position:start], replacement)
        position = end
    return "".join(pieces) + sql[position:]


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
