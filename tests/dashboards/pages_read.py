"""Which marts each page reads: found in the modules that it imports and in the queries that they name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from dashboards import ask, menu
from warehouse import mart_words
from warehouse.settings import REPOSITORY, Settings

PACKAGE = REPOSITORY / "dashboards"
_ASKING = {"ask", "row", "rows", "table"}
# The filters of the sidebar are the frame's, not the page's; the tables that readers take along stand on one
# list for all pages, and each is asked by its own page too.
_OF_NO_PAGE = {PACKAGE / "filters.py", PACKAGE / "page_tables.py"}


def marts_read(page: str) -> set[str]:
    """The dbt models of the marts that a page's queries read."""
    return {model for query in queries_of(page) for model in _models_of(query)}


def queries_of(page: str) -> set[str]:
    """The named queries that a page may ask, wherever in the modules below it."""
    return {query for module in _modules_below(PACKAGE / "views" / f"{page}.py") for query in _named(module)}


def all_queries() -> set[str]:
    """Every query that there is."""
    return {path.stem for path in ask.FOLDER.glob("*.sql")}


def _modules_below(page: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [page]
    while waiting:
        module = waiting.pop()
        if module not in found and module not in _OF_NO_PAGE:
            found.add(module)
            waiting += _imported(module)
    return found


@cache
def _imported(module: Path) -> tuple[Path, ...]:
    names = []
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = [REPOSITORY.joinpath(*name.split(".")) for name in names if name.split(".")[0] == PACKAGE.name]
    ways = [way for file in files for way in (file.with_suffix(".py"), file / "__init__.py")]
    return tuple(way for way in ways if way.exists())


@cache
def _named(module: Path) -> frozenset[str]:
    return frozenset(_queries_in(_tree(module)))


def _queries_in(tree: ast.Module) -> Iterator[str]:
    """Names in quotes; one that is a word of something else too counts only where it is asked."""
    queries = all_queries()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            asks = _name_of(node.func) in _ASKING
            yield from _names_in(node.args[0], queries if asks else queries - _WORDS)
            if asks and isinstance(node.args[0], ast.JoinedStr):
                beginning = str(getattr(node.args[0].values[0], "value", ""))
                yield from (query for query in queries if beginning and query.startswith(beginning))


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _names_in(argument: ast.expr, queries: set[str]) -> Iterator[str]:
    for node in ast.walk(argument):
        if isinstance(node, ast.Constant) and node.value in queries:
            yield str(node.value)


# Names of queries that are words of other things too.
_WORDS = {*menu.entries(), "alerts", "bands", "departments", "competencies", "quarters", "roles", "scenarios"}


@cache
def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


@cache
def _models_of(query: str) -> frozenset[str]:
    known = {mart.name: mart.model for mart in mart_words.marts_of(Settings.from_env()).values()}
    tables = sqlglot.parse_one(ask.sql_of(query), dialect="duckdb").find_all(exp.Table)
    return frozenset(known[f"{table.db}.{table.name}"] for table in tables if table.db)
