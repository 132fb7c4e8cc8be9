"""Tables of the data health page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import reasons
from dashboards.ask import Row
from dashboards.frame import Visit
from dashboards.ticked_rows import ticked_rows

ROW = 38
ROWS_IN_SIGHT = 14
HEIGHT = 568
COUNTED = ("rows_in", "kept", "duplicates", "quarantined")
# Streamlit makes columns too narrow for Chinese and for long names.
WIDTHS = {
    "file": 265,
    "data_column": 165,
    "value": 130,
    "settled": 380,
    "message": 420,
}
# Chinese words are short; of a reason English has the sentence of the data, Chinese the rule and its limits.
OF_LANGUAGE = {
    "zh": {"source": 96, "arrival": 84, "reason": 250},
    "en": {"source": 140, "arrival": 110, "reason": 430},
}


def sources_table(page: Visit, rows: Sequence[Row], key: str) -> str | None:
    """Every source with how it arrives and where its rows went; the source that was ticked."""
    words, formats = page.words, page.formats
    shown = pd.DataFrame(
        {
            "source": [words.of("source", row["source"]) for row in rows],
            "arrival": [_arrival(page, row) for row in rows],
            "last_arrival": [formats.day_of(row["last_ingested_at"]) for row in rows],
            "rhythm": [words("health.every", days=formats.count(row["expected_every_days"])) for row in rows],
            **{name: [row[name] for row in rows] for name in COUNTED},
            "balance": [balance(page, row) for row in rows],
            "open": [row["open_quarantined"] for row in rows],
            "last_file": [row["last_file"] for row in rows],
        }
    )
    ticked = ticked_rows(page, shown, key, _columns(page, shown), in_sight=len(rows), row_height=ROW)
    return next((str(rows[index]["source"]) for index in ticked), None)


def _arrival(page: Visit, row: Row) -> str:
    if row["arrival"] == "overdue":
        return page.words("health.overdue_by", days=page.formats.count(row["days_overdue"]))
    return page.words.of("arrival", row["arrival"])


def balance(page: Visit, row: Row) -> str:
    """Whether rows in equal kept plus duplicates plus quarantined, in words; nothing where no row came."""
    if row["rows_in"] == 0 and row["is_balanced"]:
        return ""
    return page.words("health.balanced" if row["is_balanced"] else "health.not_balanced")


def files_table(page: Visit, rows: Sequence[Row]) -> None:
    """Every file with what became of it and of its rows."""
    words, formats = page.words, page.formats
    shown = pd.DataFrame(
        {
            "file": [row["file"] for row in rows],
            "source": [words.of("source", row["source"]) for row in rows],
            "state": [words.of("file_status", row["status"]) for row in rows],
            "arrived": [formats.moment(row["ingested_at"]) for row in rows],
            **{name: [row[name] for row in rows] for name in COUNTED},
            "balance": [balance(page, row) for row in rows],
            "open": [row["open_quarantined"] for row in rows],
            "message": [row["message"] for row in rows],
            "format": [_format(page, row["format"]) for row in rows],
            "profile": [row["profile"] for row in rows],
        }
    )
    empty = [name for name in ("profile", "message") if not any(shown[name])]
    _table(page, shown.drop(columns=empty))


def _format(page: Visit, written: str | None) -> str:
    """`CSV, GB18030, comma` with what separates the cells in words; names of formats stay as they are."""
    parts = [page.words.of("file_separator", part) for part in (written or "").split(", ")]
    return page.words("format.comma").join(parts)


def rows_table(page: Visit, rows: Sequence[Row]) -> None:
    """Quarantined rows: where they stand, what was wrong, and how they were settled if they were."""
    words, formats = page.words, page.formats
    shown = pd.DataFrame(
        {
            "file": [row["file"] for row in rows],
            "row": [row["row_number"] for row in rows],
            "data_column": [row["column_name"] for row in rows],
            "value": [row["value"] for row in rows],
            "reason": [reasons.in_words(words, row["code"], row["reason"]) for row in rows],
            "state": [words.of("state", row["state"]) for row in rows],
            "settled": [_settled(page, row) for row in rows],
            "since": [formats.moment(row["quarantined_at"]) for row in rows],
            "contract": [row["contract_version"] for row in rows],
        }
    )
    if not any(shown["settled"]):
        shown = shown.drop(columns="settled")
    _table(page, shown)


def _settled(page: Visit, row: Row) -> str:
    if row["state"] != "released":
        return ""
    how = page.words.of("released_how", row["released_how"])
    what = f"{row['released_by'] or ''} · {page.formats.moment(row['released_at'])}".removeprefix(" · ")
    return page.words("quarantine.how", how=how, what=what)


def _table(page: Visit, shown: pd.DataFrame) -> None:
    st.dataframe(
        shown,
        hide_index=True,
        row_height=ROW,
        height=HEIGHT if len(shown) > ROWS_IN_SIGHT else "content",
        placeholder=page.words("format.none"),
        column_config=_columns(page, shown),
    )


def _columns(page: Visit, shown: pd.DataFrame) -> dict[str, Any]:
    """Headers in words; counts with the reader's separators."""
    words, column = page.words, st.column_config
    widths = {**WIDTHS, **OF_LANGUAGE[words.language]}
    notes = {"row": words("column.row_note"), "value": words("column.value_note")}
    return {
        name: column.NumberColumn(words(f"column.{name}"), format="localized", help=notes.get(name))
        if pd.api.types.is_integer_dtype(shown[name])
        else column.TextColumn(words(f"column.{name}"), help=notes.get(name), width=widths.get(name))
        for name in shown.columns
    }
