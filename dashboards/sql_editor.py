"""The editor of the SQL page: Streamlit's own component interface, with code that is served from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards.catalogue import Words
from dashboards.theme import palette
from warehouse.mart_words import MartWords
from warehouse.sql_functions import SCALARS

_FOLDER = Path(__file__).parent / "editor"
_KEYWORDS = """
select from where group by order having limit offset join left right inner full outer cross on using as and
or not in is null like ilike between case when then else end with recursive union all intersect except
distinct asc desc nulls first last over partition rows range filter qualify window exists cast try_cast true
false lateral values interval date timestamp unnest exclude replace semi anti asof
"""


@cache
def _component(fingerprint: int) -> Any:
    """Registered once a process; another content is another component."""
    html, css, js = (
        (_FOLDER / f"editor.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    )
    return st.components.v2.component("scorehouse_sql_editor", html=html, css=css, js=js)


def editor(
    words: Words,
    text: str,
    revision: int,
    columns: Mapping[str, Sequence[str]],
    marts: Mapping[str, MartWords],
) -> tuple[str, str | None]:
    """The text as it stands, and the text that is to run when the reader asked so from the keyboard.

    `text` is put into the editor when `revision` is another than before. Only what the reader may see is
    completed.
    """
    colours = palette()
    answer = _component(0)(
        # Another text from outside is another editor: what this one holds counts until it tells otherwise.
        key=f"sql_editor_{revision}",
        data={
            "value": text,
            "revision": revision,
            "label": words("sql.editor"),
            "placeholder": words("sql.placeholder"),
            "keywords": _KEYWORDS.split(),
            "functions": sorted(name for name in SCALARS if name.isidentifier()),
            "marts": [_mart(name, seen, marts.get(name), words.language) for name, seen in columns.items()],
            "colours": {
                "text": colours.said,
                "number": colours.grades["B" if colours.ink < "#8" else "A"],
            },
        },
        default={"sql": text},
        on_sql_change=_nothing,
        on_run_change=_nothing,
    )
    asked = getattr(answer, "run", None)
    written = getattr(answer, "sql", None)
    return (written if isinstance(written, str) else text), (asked if isinstance(asked, str) else None)


def _nothing() -> None:
    """A change is read where the editor is drawn."""


def _mart(name: str, seen: Sequence[str], words: MartWords | None, language: str) -> dict[str, Any]:
    label = words.label.get(language, "") if words else ""
    known = words.columns if words else {}
    return {
        "name": name.removeprefix("marts."),
        "label": label,
        "columns": [
            {"name": column, "label": known[column].label[language] if column in known else ""}
            for column in seen
        ],
    }
