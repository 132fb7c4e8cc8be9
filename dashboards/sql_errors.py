"""Why a query was refused or failed, in the reader's language; names in it stay as they were written."""

from __future__ import annotations

import re

from dashboards.catalogue import Words
from warehouse.errors import ScorehouseError

# What the warehouse says, and the words of the page for it; the groups fill the places a and b.
_KNOWN = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"There is no mart named '?(.+?)'?: did you mean (\S+)\?", "sql_error.mart_close"),
        (r"There is no mart named '?(.+?)'?[:;]", "sql_error.mart"),
        (r"The column (\S+) of (\S+) .*is not open to the role", "sql_error.column_closed"),
        (r"(\S+) is not open to the role", "sql_error.mart_closed"),
        (r'Referenced column "([^"]+)" not found', "sql_error.column"),
        (r'does not have a column named "([^"]+)"', "sql_error.column"),
        (r'column "([^"]+)" must appear in the GROUP BY', "sql_error.group_by"),
        (r"Only (?:one|a) SELECT|One query at a time", "sql_error.one_select"),
        (r"DESCRIBE, SHOW and SUMMARIZE", "sql_error.describe"),
        (r"The query is empty", "sql_error.empty"),
        (r"The function (\S+) is not available|^(\S+)\(\) cannot be read here", "sql_error.function"),
        (r"needs more memory|want of memory", "sql_error.memory"),
        (r"was stopped after (\S+) seconds", "sql_error.time"),
        (r"was cancelled", "sql_error.cancelled"),
        (r"Your other queries still run", "sql_error.own_busy"),
        (r"Others are running queries", "sql_error.busy"),
        (r"result is larger than (\S+) MB", "sql_error.large"),
        (r"a value cannot be converted", "sql_error.conversion"),
        (r'syntax error at or near "([^"]*)"|[Ss]yntax error|The query cannot be read', "sql_error.syntax"),
    )
)


def sentence(words: Words, error: ScorehouseError) -> tuple[str, str]:
    """One sentence, and what the engine said besides where that tells more; empty if it does not."""
    said = str(error)
    for pattern, key in _KNOWN:
        found = pattern.search(said)
        if found:
            groups = [group for group in found.groups() if group]
            a, b = [*groups, "", ""][:2]
            return words(key, a=a, b=b), ""
    return words("sql_error.other"), said
