"""Candidates of the demo with accounts, in a copy that tests may change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.text_format import MessageToString
from streamlit.testing.v1 import AppTest

from tests.dashboards.visitors import APP, SECONDS
from warehouse import accounts, grants
from warehouse.marts import Marts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

HR = Viewer("hr", "hr", second_factor=True)
PASSWORD = "Str0ng!pass-word"
STATUSES = ("scored", "insufficient", "pending", "declined", "abandoned")
NOBODY = "nobody"
IDS = re.compile(r"\b(?:C|IV)\d{7}[A-Z]?\b")
# Of each state the person with the most interviews, so that there is something to choose.
_PEOPLE = """
    with people as (
        select candidate_id, count(*) as interviews_n, list(interview_id) as interviews,
            count(*) filter (status = 'scored') as scored_n
        from marts.interview_results group by candidate_id
    )
    select i.status, i.candidate_id, i.interview_id, p.interviews, c.name
    from marts.interview_results i
    join people p on p.candidate_id = i.candidate_id
    left join people.candidates c on c.candidate_id = i.candidate_id
    where i.status <> 'scored' or p.scored_n > 1
    qualify row_number() over (partition by i.status order by p.interviews_n desc, i.interview_id) = 1
"""


@dataclass(frozen=True)
class Person:
    """A candidate with an account of the same name as the state of one interview."""

    account: str
    candidate_id: str
    interview_id: str
    interviews: tuple[str, ...]
    name: str


def people_in(demo: Settings, home: Path) -> dict[str, Person]:
    """Copies the demo to `home`; one person for each state, and `nobody`, who was never interviewed."""
    shutil.copytree(demo.home, home, symlinks=True)
    settings = Settings(home=home)
    rows = answers(settings, _PEOPLE)
    found = {
        row["status"]: Person(
            row["status"],
            row["candidate_id"],
            row["interview_id"],
            tuple(row["interviews"]),
            row["name"] or "",
        )
        for row in rows
    }
    found[NOBODY] = Person(NOBODY, "C9999999", "", (), "")
    for person in found.values():
        grants.add_user(settings, person.account, "candidate", PASSWORD, candidate_id=person.candidate_id)
    return found


def answers(settings: Settings, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of the marts as HR sees them."""
    marts = Marts(settings)
    try:
        rows: list[dict[str, Any]] = marts.query(sql, parameters, viewer=HR).to_pylist()
        return rows
    finally:
        marts.close()


def as_candidate(monkeypatch: Any, home: Path, account: str, page: str = "my_result", **url: str) -> AppTest:
    """A page as this candidate sees it."""
    return visit_as(monkeypatch, home, Viewer(account, "candidate"), page, **url)


def visit_as(monkeypatch: Any, home: Path, viewer: Viewer, page: str, **url: str) -> AppTest:
    """A page as a reader sees it whose session is open."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["session_token"] = accounts.open_session(Settings(home=home), viewer)
    app.query_params.update(url)
    return app.switch_page(f"views/{page}.py").run()


def everything_on(app: AppTest) -> str:
    """All that the server sends for a page, words and data of charts and tables alike."""
    return "\n".join(_protos(app._tree))


def _protos(block: Any) -> Iterator[str]:
    for child in getattr(block, "children", {}).values():
        proto = getattr(child, "proto", None)
        if proto is not None:
            text = MessageToString(proto, as_utf8=True)
            yield text.replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")
        yield from _protos(child)
