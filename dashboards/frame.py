"""What every page is made of: one visit's tools, and the parts of a page in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import choices, menu
from dashboards.ask import Questions, Row, Value, runnable
from dashboards.catalogue import Words, words_in
from dashboards.charts import Drawing
from dashboards.charts.described import described
from dashboards.charts.specs import spec_of
from dashboards.choices import Choices
from dashboards.formats import Formats, plain
from dashboards.theme import Palette, palette
from warehouse.policy import policy
from warehouse.settings import Settings

_VISIT = "visit"
FEWEST = policy().fewest_people
SQL_HEIGHT = 240


@dataclass(frozen=True)
class Visit:
    """One drawing of one page for one reader."""

    words: Words
    formats: Formats
    ask: Questions
    choices: Choices
    scope: str
    run: Row
    today: date
    settings: Settings

    @property
    def colours(self) -> Palette:
        """The reader's mode."""
        return palette()

    def scoped(self, sentence: str) -> str:
        """The sentence with the chosen part of the company before it."""
        return self.words("scope.sentence", scope=self.scope, sentence=sentence) if self.scope else sentence


def begin(visit: Visit) -> None:
    """Hand the visit to the page."""
    st.session_state[_VISIT] = visit


def visit() -> Visit:
    """The visit that the page is drawn for."""
    current: Visit = st.session_state[_VISIT]
    return current


def head(title: str, caption: Iterable[str]) -> None:
    """The answer in one sentence, and what it rests on."""
    page: Visit | None = st.session_state.get(_VISIT)
    # Nobody shall take a generated person for a real one.
    marks = [page.words("demo.mark")] if page is not None and page.settings.holds_demo else []
    st.title(plain(title), anchor=False)
    st.caption(" · ".join(plain(part) for part in (*caption, *marks) if part))


def basis(page: Visit, n: int | None) -> list[str]:
    """Period, number of scored interviews, as-of and rubric version: the caption of every page."""
    words, formats = page.words, page.formats
    return [
        formats.period(page.choices.quarter),
        "" if n is None else words("caption.scored", n=formats.count(n)),
        words("caption.as_of", moment=formats.moment(page.run["data_as_of"])),
        words("caption.rubric", version=page.run["rubric_version"]),
    ]


def section(title: str, note: str = "") -> None:
    """A heading, with what to know before reading in a smaller line."""
    st.header(plain(title), anchor=False)
    if note:
        st.caption(plain(note))


@contextmanager
def figures() -> Iterator[None]:
    """Cards side by side that wrap on a narrow screen."""
    with st.container(horizontal=True, gap="small", key="figures"):
        yield


def figure(
    label: str, value: str, delta: str | None = None, note: str | None = None, beside: str | None = None
) -> None:
    """One card. The change is grey-blue whatever its sign: up is not always good; `beside` is no change."""
    st.metric(
        label,
        value,
        delta=delta if beside is None else beside,
        delta_color="blue",
        delta_arrow=_arrow(delta) if beside is None else "off",
        help=note,
        border=True,
        width="stretch",
        height="stretch",
    )


def _arrow(delta: str | None) -> Literal["up", "down", "off"]:
    """Streamlit takes a true minus for a letter."""
    if delta is None or not delta.startswith(("+", "−")):
        return "off"
    return "up" if delta.startswith("+") else "down"


def draw(chart: Drawing, words: str, **more: Any) -> Any:
    """A chart over the whole width with its words for readers who cannot see it."""
    more.setdefault("width", "stretch")
    spec = spec_of(chart)
    told = described(spec, words, words_in(choices.language()))
    return st.vega_lite_chart(None, spec, theme=None, alt=told, **more)


def in_columns(items: Sequence[Row], columns: int) -> Iterator[tuple[Row, DeltaGenerator]]:
    """Each item with its place in a grid that reads row by row, also where a phone stacks the columns."""
    for start in range(0, len(items), columns):
        yield from zip(items[start : start + columns], st.columns(columns, gap="medium"), strict=False)


def nothing(sentence: str, advice: str = "") -> None:
    """An absence, and what to do."""
    with st.container(border=True, key=f"nothing_{abs(hash(sentence))}"):
        st.markdown(f":material/search_off: {plain(sentence)}")
        if advice:
            st.caption(plain(advice))


def nothing_chosen(page: Visit, sentence: str) -> None:
    """No row for what was chosen: said, with a button that takes every choice off."""
    nothing(sentence, page.words("nothing.advice"))
    if not choices.is_widest():
        st.button(
            page.words("nothing.widen"),
            icon=":material/filter_alt_off:",
            key=f"widen_{abs(hash(sentence))}",
            on_click=choices.widen,
        )


def seen(page: Visit, rows: Sequence[Row], field: str) -> list[Row]:
    """The rows whose figures may be shown; a line says how many groups are too small for the reader."""
    shown = [row for row in rows if row[field] is not None]
    if len(shown) < len(rows):
        hidden = page.formats.count(len(rows) - len(shown))
        st.caption(f":material/visibility_off: {page.words('suppressed.groups', n=hidden, fewest=FEWEST)}")
    return shown


def how(page: Visit, key: str, queries: Sequence[str] = ()) -> None:
    """'How is this computed', last on every page; with the SQL of what the page asked, or of `queries`.

    The SQL is for those who have a page to run it on.
    """
    with st.expander(page.words("how.title"), icon=":material/help:"):
        st.markdown(page.words(f"how.{key}"))
        st.caption(
            plain(
                page.words(
                    "how.trace",
                    run=page.run["run_id"],
                    rubric=page.run["rubric_version"],
                    weights=page.run["weights_version"],
                )
            )
        )
        asked = {name: page.ask.asked[name] for name in queries or page.ask.asked if name in page.ask.asked}
        if asked and menu.is_for(page.ask.role, "sql"):
            _asked(page, asked)


@st.fragment
def _asked(page: Visit, asked: Mapping[str, Mapping[str, Value]]) -> None:
    """One of the questions at a time, as it stands in the warehouse; choosing one draws nothing else anew."""
    label, note = page.words("how.query"), page.words("how.query_note")
    chosen = st.selectbox(label, list(asked), format_func="{}.sql".format, help=note, key="how_sql")
    if chosen in asked:
        st.code(runnable(chosen, asked[chosen]), language="sql", height=SQL_HEIGHT)


def go(label: str, page: str, **own: str) -> None:
    """A link to a page that keeps the choices."""
    st.page_link(
        f"views/{page}.py", label=label, icon=":material/arrow_forward:", query_params=choices.link(**own)
    )
