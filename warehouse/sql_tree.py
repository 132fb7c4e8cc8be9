"""How DuckDB itself reads a SQL text: its own parser's tree, checked against what is allowed.

The gateway decides with sqlglot what each name means; this is the second, independent reading, by the
parser that will run the text, so that no difference between the two parsers lets anything through.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import duckdb

from warehouse import sql_functions
from warehouse.errors import FunctionRefusedError, QueryRefusedError
from warehouse.sql_functions import NO_MORE, ExtraFunctions

Node = dict[str, object]

# References in FROM that hold nothing of their own: what is inside them is visited anyway.
_HARMLESS = frozenset({"JOIN", "SUBQUERY", "EXPRESSION_LIST", "PIVOT", "EMPTY", "EMPTY_FROM"})
_CHECKED = frozenset({"BASE_TABLE", "TABLE_FUNCTION"})
_KINDS_OF_QUERY = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
# Written like columns, but functions where no column bears the name.
_FUNCTION_WORDS = frozenset(
    {"current_catalog", "current_role", "current_schema", "current_user", "session_user", "user"}
)
_FUNCTION_SCHEMAS = frozenset({"", "main"})
PIVOT_WITHOUT_VALUES = (
    "PIVOT needs its values here: write PIVOT … ON grade IN ('S', 'A') USING …; in brackets, "
    "FROM (PIVOT …) ORDER BY …, it can be sorted and filtered."
)
_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([A-Za-z_]+)", re.DOTALL)


@dataclass(frozen=True, order=True)
class TableName:
    """A table as it stands in a text: schema and catalog are '' where the text has none."""

    catalog: str
    schema: str
    name: str


def parse(sql: str) -> Node:
    """The tree of the one SELECT that `sql` is; `QueryRefusedError` for anything else."""
    reader, lock = _reader()
    try:
        with lock:
            row = reader.execute("select json_serialize_sql(?)", [sql]).fetchone()
        tree = json.loads(row[0]) if row else {}
    except (duckdb.Error, RecursionError, ValueError):
        raise QueryRefusedError("The query cannot be read: it is malformed or nested too deeply.") from None
    if tree.get("error"):
        raise QueryRefusedError(_why(sql, tree))
    statements = tree["statements"]
    if not statements:
        raise QueryRefusedError("The query is empty: write a SELECT.")
    if len(statements) != 1:
        raise QueryRefusedError(f"One query at a time: this text holds {len(statements)} statements.")
    return dict(statements[0])


def check_references(tree: Node, more: ExtraFunctions = NO_MORE) -> None:
    """Refuses whatever stands in FROM and is neither a table, a query nor an allowed table function."""
    nodes = list(_nodes(tree))
    for node in nodes:
        kind = node.get("type")
        if "cte_map" in node:
            if kind not in _KINDS_OF_QUERY:
                raise QueryRefusedError("Only a SELECT can run here.")
        elif _is_reference(node):
            if kind == "SHOW_REF":
                raise QueryRefusedError(
                    "DESCRIBE, SHOW and SUMMARIZE are not available here: "
                    "select from the mart, e.g. `select * from interview_results limit 10`."
                )
            if kind == "TABLE_FUNCTION":
                _check_table_function(node, more)
            elif kind not in _HARMLESS and kind not in _CHECKED:
                raise QueryRefusedError(f"FROM holds something that cannot be queried here ({kind}).")


def check_functions(tree: Node, more: ExtraFunctions = NO_MORE) -> None:
    """Refuses every function that is neither on the allow-list nor one of `more`."""
    nodes = list(_nodes(tree))
    # Functions in FROM have a list of their own: `check_references`.
    in_from = {id(node["function"]) for node in nodes if node.get("type") == "TABLE_FUNCTION"}
    aliases = set(_given_names(nodes))
    for node in nodes:
        _check_word(node, aliases)
        if "function_name" not in node or id(node) in in_from:
            continue
        name = str(node["function_name"]).lower()
        known = name in sql_functions.SCALARS or name in sql_functions.OPERATORS or name in more.scalars
        place = str(node.get("schema") or "").lower()
        if name in sql_functions.TABLE_FUNCTIONS and not known:
            raise QueryRefusedError(f"{name} is available in FROM only: `from {name}(10)`.")
        if not known or place not in _FUNCTION_SCHEMAS or node.get("catalog"):
            raise FunctionRefusedError(f"The function {name} is not available here.", name)
        arguments = node.get("children")
        if isinstance(arguments, list):
            _check_length(name, arguments)


def _given_names(nodes: Collection[Node]) -> Iterator[str]:
    """What columns of the text are called by it: `as name`, and the lists behind names of tables and CTEs."""
    for node in nodes:
        if node.get("alias"):
            yield str(node["alias"]).lower()
        for listed in (node.get("aliases"), node.get("column_name_alias")):
            if isinstance(listed, list):
                yield from (str(name).lower() for name in listed)


def _check_word(node: Node, aliases: Collection[str]) -> None:
    """Refuses the functions that are written without brackets, unless the text itself gives such a name."""
    names = node.get("column_names")
    if node.get("class") != "COLUMN_REF" or not isinstance(names, list) or len(names) != 1:
        return
    name = str(names[0]).lower()
    if name in _FUNCTION_WORDS and name not in aliases:
        raise FunctionRefusedError(f"The function {name} is not available here.", name)


def _check_length(name: str, arguments: list[Node]) -> None:
    """Refuses texts of a length that the rows decide: no limit of time or memory catches those."""
    if name in sql_functions.LENGTH_ARGUMENTS:
        place = sql_functions.LENGTH_ARGUMENTS[name]
        length = _constant(arguments[place]) if len(arguments) > place else None
        if not isinstance(length, int) or length > sql_functions.LONGEST_PADDING:
            raise QueryRefusedError(
                f"The length in {name} must be a number up to {sql_functions.LONGEST_PADDING:,}."
            )
    if name in sql_functions.FORMATTED:
        pattern = _constant(arguments[0]) if arguments else None
        # A width may also be taken from an argument: %*d, {:{}}.
        if not isinstance(pattern, str) or re.search(r"\d{4}|\*|\{[^}]*\{", pattern):
            raise QueryRefusedError(f"The pattern of {name} must be a text with widths up to 999.")


def _constant(node: Node) -> object:
    value = node.get("value")
    return value.get("value") if node.get("class") == "CONSTANT" and isinstance(value, dict) else None


def tables(tree: Node) -> tuple[TableName, ...]:
    """Every table of the text, once for each time that it stands there; CTE names are among them."""
    return tuple(
        TableName(str(node["catalog_name"]), str(node["schema_name"]), str(node["table_name"]))
        for node in _nodes(tree)
        if node.get("type") == "BASE_TABLE" and _is_reference(node)
    )


def cte_names(tree: Node) -> frozenset[str]:
    """Every name that a WITH of the text gives, in lower case, whatever its reach."""
    names: set[str] = set()
    for node in _nodes(tree):
        cte_map = node.get("cte_map")
        if isinstance(cte_map, dict):
            names.update(str(entry["key"]).lower() for entry in cte_map["map"])
        if node.get("type") in ("RECURSIVE_CTE_NODE", "CTE_NODE"):
            names.add(str(node.get("cte_name") or node.get("ctename")).lower())
    return frozenset(names)


def is_allowed_anywhere(names: Collection[TableName], known: Collection[str], ctes: Collection[str]) -> bool:
    """Whether each table is a known `schema.table`, or bears the name of a CTE."""
    return all(
        not table.catalog
        and (f"{table.schema}.{table.name}".lower() in known if table.schema else table.name.lower() in ctes)
        for table in names
    )


def _check_table_function(node: Node, more: ExtraFunctions) -> None:
    function = node.get("function")
    name = str(function.get("function_name")).lower() if isinstance(function, dict) else "?"
    if name not in sql_functions.TABLE_FUNCTIONS and name not in more.relations:
        raise FunctionRefusedError(
            f"{name}() cannot be read here: FROM takes marts, subqueries, unnest, range and generate_series.",
            name,
        )


def _is_reference(node: Node) -> bool:
    return "sample" in node and "alias" in node and "class" not in node


def _nodes(tree: object) -> Iterator[Node]:
    """Every object of the tree, parents first; a loop, since deep texts would exhaust recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def begins_with_pivot(sql: str) -> bool:
    """Whether the first word is PIVOT or UNPIVOT."""
    word = _FIRST_WORD.match(sql)
    return word is not None and word[1].upper() in {"PIVOT", "UNPIVOT"}


def _why(sql: str, tree: Node) -> str:
    message = str(tree.get("error_message", "")).strip()
    if message.startswith("Only SELECT"):
        word = _FIRST_WORD.match(sql)
        if word and word[1].upper() == "PIVOT":
            return PIVOT_WITHOUT_VALUES
        what = f"this is {word[1].upper()}" if word else "this is something else"
        return f"Only a SELECT can run here; {what}."
    if message.startswith("SELECT clause without selection list") or not message:
        return "The query is empty: write a SELECT."
    position = str(tree.get("position", ""))
    where = ""
    if position.isdigit():
        before = sql.encode("utf-8", "replace")[: int(position)].decode("utf-8", "replace")
        where = f" (line {before.count(chr(10)) + 1}, character {len(before.rpartition(chr(10))[2]) + 1})"
    return f"The query cannot be read: {' '.join(message.split())}{where}."


@cache
def _reader() -> tuple[duckdb.DuckDBPyConnection, threading.Lock]:
    """One closed connection that never sees data: it only parses."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute(
        "set enable_external_access = false; set python_enable_replacements = false;"
        " set lock_configuration = true"
    )
    return connection, threading.Lock()
