"""What the reader chose, kept in the URL: it survives a reload, a deep link and the way from page to page.

The choices of the sidebar are the same on every page; each page may have choices of its own. Only what
differs from the default stands in the URL. Streamlit empties the URL on the way to another page, so the
session keeps a copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards.catalogue import DEFAULT_LANGUAGE, LANGUAGES

SHARED = ("department", "role", "scenario", "quarter", "lang")
OWN: Mapping[str, tuple[str, ...]] = {
    "results": ("search", "grade", "status", "top10", "recommendation", "flag", "pick"),
    "candidate": ("interview", "answer"),
    "compare": ("compare",),
    "my_result": ("interview",),
    "batches": ("batch",),
    "requisitions": ("requisition",),
    "roles": ("competency",),
    "trend": ("series",),
    "questions": ("question", "against"),
    "outcomes": ("outcome", "of_grade"),
    "growth": ("gap", "gap_role", "gap_by", "help_kind", "help", "pool"),
    "health": ("source", "file", "reason", "state"),
    "internal": ("case", "cases"),
    "trust": ("duty", "duty_state"),
    "audit": ("action", "who", "subject", "since", "until"),
    "sql": ("query", "chart", "x", "y"),
    "rubrics": ("part", "set", "proposal", "question"),
}
ALL = "all"
_STATE = "choices"
_WRITTEN = "choices_in_url"


@dataclass(frozen=True)
class Choices:
    """The sidebar's choices, resolved: `all` or an id; `quarter` is the first day of a quarter, or `all`."""

    department: str
    role: str
    scenario: str
    quarter: str
    lang: str

    def parameters(self) -> dict[str, str]:
        """As parameters of queries."""
        return {name: getattr(self, name) for name in SHARED}


def _state() -> dict[str, str]:
    kept: dict[str, str] = st.session_state.setdefault(_STATE, {})
    return kept


def take_from_url() -> None:
    """Follow the URL when it changed under us (deep link, back button); else keep what was chosen.

    A URL that names one of a page's own choices names all of them: the others go back to their defaults.
    """
    url = st.query_params.to_dict()
    if not url or url == st.session_state.get(_WRITTEN):
        return
    state = _state()
    for own in OWN.values():
        if any(name in url for name in own):
            for name in own:
                state.pop(name, None)
    known = {*SHARED, *(name for own in OWN.values() for name in own)}
    state.update({name: value for name, value in url.items() if name in known})


def write_to_url(page: str) -> None:
    """Put the choices that differ from the default into the URL."""
    state = _state()
    wanted = {name: state[name] for name in (*SHARED, *OWN.get(page, ())) if name in state}
    url = st.query_params.to_dict()
    # A link to the page that it stands on is told to us and not shown by the browser: it is told so.
    is_followed = url != st.session_state.get(_WRITTEN, url)
    if url != wanted or is_followed:
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = wanted


def get(name: str, default: str = "") -> str:
    """What was chosen under `name`."""
    return _state().get(name, default)


def put(name: str, value: str | None, default: str = "") -> None:
    """Choose; the default is not kept, so the URL stays short."""
    if value is None or value == default:
        _state().pop(name, None)
    else:
        _state()[name] = value


def of_page(page: str) -> dict[str, str]:
    """What makes this view of a page: the choices in its address, but for the language."""
    state = _state()
    names = [name for name in (*SHARED, *OWN.get(page, ())) if name in state and name != "lang"]
    return {name: state[name] for name in names}


def replace(wanted: Mapping[str, str]) -> dict[str, str]:
    """Choose this and nothing else, but for the language; the address that says so."""
    state = _state()
    kept = {name: value for name, value in state.items() if name == "lang"}
    known = {*SHARED, *(name for own in OWN.values() for name in own)} - {"lang"}
    state.clear()
    state.update(kept | {name: value for name, value in wanted.items() if name in known})
    return dict(state)


def widen() -> None:
    """Choose everything: all quarters, and no other choice of any page."""
    replace({"quarter": ALL})


def is_widest() -> bool:
    """Whether nothing is chosen that could be taken off."""
    return {name: value for name, value in _state().items() if name != "lang"} == {"quarter": ALL}


def link(**own: str) -> dict[str, str]:
    """Query parameters of a link that keeps the sidebar's choices and adds the target page's own."""
    return {**{name: value for name, value in _state().items() if name in SHARED}, **own}


def language() -> str:
    """The chosen language, else the browser's; one that does not exist counts as not chosen."""
    chosen = get("lang")
    return chosen if chosen in LANGUAGES else language_of_browser()


def language_of_browser() -> str:
    """The language of the reader's browser where we speak it, else Chinese."""
    spoken = (st.context.locale or "").lower().partition("-")[0]
    return spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE


def resolved(name: str, options: Sequence[str], default: str) -> tuple[str, str | None]:
    """The choice among `options`, and the unknown value that a link asked for (then the default holds)."""
    chosen = wanted = get(name, default)
    if name == "quarter" and chosen not in options:
        chosen = quarter_start(chosen)
    if chosen in options:
        return chosen, None
    put(name, None)
    return default, wanted


def quarter_start(name: str) -> str:
    """`2026-Q3` as URLs have it → `2026-07-01`; anything else as it came."""
    year, _, number = name.partition("-Q")
    if year.isdigit() and number in ("1", "2", "3", "4"):
        return f"{year}-{3 * int(number) - 2:02d}-01"
    return name


def quarter_name(start: str) -> str:
    """`2026-07-01` → `2026-Q3`; `all` as it is."""
    return start if start == ALL else f"{start[:4]}-Q{(int(start[5:7]) + 2) // 3}"
