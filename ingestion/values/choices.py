"""Values from a list: yes and no, and what a contract or a seed maps onto its own words."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from ingestion.contract import Column
from ingestion.rows.headers import fold
from ingestion.values.unreadable import UnreadableError

_YES = (
    "是",
    "有",
    "对",
    "真",
    "true",
    "t",
    "yes",
    "y",
    "1",
    "1.0",
    "on",
    "已",
    "通过",
    "合格",
    "√",
    "✓",
    "✔",
)
_NO = (
    "否",
    "无",
    "没有",
    "错",
    "假",
    "false",
    "f",
    "no",
    "n",
    "0",
    "0.0",
    "off",
    "未",
    "未通过",
    "不通过",
    "不合格",
    "×",
    "✗",
)
_BOOLEANS: Mapping[str, bool] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
# Ways to write that there is no value; in a free text only those that nobody means as text.
NO_VALUE = frozenset(
    {
        *("null", "none", "nil", "n/a", "#n/a", "na", "nan", "nat", "\\n", "(null)", "<null>", "[null]"),
        *("-", "--", "---", "—", "——", "/", "\\", "无", "空", "(空)", "未知", "暂无", "不详", "無", "暫無"),
    }
)
NO_TEXT = pa.array(
    [
        "NULL",
        "null",
        "\\N",
        "#N/A",
        "N/A",
        "n/a",
        "NaN",
        "NaT",
        "(null)",
        "<NULL>",
        "<null>",
        "[NULL]",
        "[null]",
    ]
)
# 无 is an answer where the question is whether there is one.
BOOLEAN_NO_VALUE = NO_VALUE - {"无", "無"}


def parse_boolean(text: str) -> bool:
    """是/否, true/false, 1/0 …; `UnreadableError` for anything else."""
    # Not `fold`, which would take the sign off -1 and the point out of 1.0.
    answer = _BOOLEANS.get(unicodedata.normalize("NFKC", text).strip().casefold())
    if answer is None:
        raise UnreadableError("{value} is neither yes nor no", "not_yes_no")
    return answer


def absent_word(text: str) -> str:
    """A text as it is looked up among the words for no value."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


class Choices:
    """What the values of one column may be called, and what they are called here."""

    def __init__(self, column: Column, names: Mapping[str, str] | None = None) -> None:
        self._closed = column.closed
        self._allowed = " · ".join(column.values)
        self._known = {fold(name): id_ for name, id_ in (names or {}).items()}
        for value, aliases in column.values.items():
            for written in (value, *aliases):
                self._known[fold(written)] = value
        # A value of nothing but marks is none of them.
        self._known.pop("", None)

    def __bool__(self) -> bool:
        return bool(self._known)

    def read(self, text: str) -> str:
        """The canonical value; another text as it is, or `UnreadableError` where the list is closed."""
        known = self._known.get(fold(text))
        if known is not None:
            return known
        if self._closed:
            raise UnreadableError("{value} is not one of " + self._allowed, "not_in_list")
        return text

    def read_boolean(self, text: str) -> bool:
        """What the contract says of the text (`values: {"true": […], "false": […]}`), else yes or no."""
        known = self._known.get(fold(text))
        return parse_boolean(text) if known is None else known == "true"


def read_names(directory: Path, seed: str) -> dict[str, str]:
    """Name → id of a seed (roles.csv: 销售代表 → sales_rep), ids included; empty when there is no seed.

    A name that two ids share stands for neither.
    """
    path = directory / f"{seed}.csv"
    if not path.is_file():
        return {}
    names: dict[str, str] = {}
    shared: set[str] = set()
    id_column = f"{seed.removesuffix('s')}_id" if seed != "competencies" else "competency_id"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            id_ = (row.get(id_column) or "").strip()
            for written in (id_, row.get("name_zh"), row.get("name_en")):
                if written and written.strip() and id_ and names.setdefault(written.strip(), id_) != id_:
                    shared.add(written.strip())
    return {name: id_ for name, id_ in names.items() if name not in shared}
