"""Whatever stands in an address, own, typed or shared: a page shows nothing beyond the reader's rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import choices, menu
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_pages_by_role import everything_on
from tests.dashboards.visitors import APP, SECONDS
from warehouse import account_admin, grants, sessions
from warehouse.marts import Marts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import OPERATOR, Viewer

EXAMPLES = 12
CANDIDATE = "P000074"
ROLES = {"department_head": "head", "analyst": "ana", "candidate": "somebody"}
# What a role sees row by row, said once more without the policy.
OWN_ROWS = {
    "department_head": "department_id = 'sales'",
    "analyst": "true",
    "candidate": f"candidate_id = '{CANDIDATE}'",
}
ODD = ["", "all", "none", "' or 1=1 --", "../../etc/passwd", "%", "*", "null", "I999999", "🙂", "x" * 300]
QUERIES = [
    "select * from interview_results",
    "select interview_id, candidate_id from marts.competency_scores order by 1 desc",
    "select * from people.candidates",
    "from interview_results where department_id <> 'sales'",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("addresses")
    write_marts(home / "published")
    settings = Settings(home=home)
    for role, name in ROLES.items():
        person = CANDIDATE if role == "candidate" else None
        account_admin.add_user(settings, name, role, "an-invented-pass-phrase", candidate_id=person)
    grants.grant(settings, ROLES["department_head"], "sales", author="hr")
    return home


@pytest.fixture(scope="module")
def marts(home: Path) -> Iterator[Marts]:
    opened = Marts(Settings(home=home))
    yield opened
    opened.close()


def column(marts: Marts, sql: str) -> list[str]:
    found: list[str] = marts.query(sql, viewer=OPERATOR)[0].to_pylist()
    return found


def opened(home: Path, role: str, page: str, address: dict[str, str]) -> AppTest:
    """The page at this address, as whoever of this role opens it first of all."""
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    viewer = Viewer(ROLES[role], role)
    app.session_state["session_token"] = sessions.open_session(Settings(home=home), viewer)
    app.query_params.update(address)
    return app.switch_page(f"views/{page}.py").run()


def an_address(draw: random.Random, marts: Marts, page: str) -> dict[str, str]:
    """Parameters of this page and of others, each right, foreign or odd."""
    ids = partial(column, marts)
    values = {
        "interview": ids("select interview_id from interview_results order by all"),
        "department": ids("select department_id from departments order by all"),
        "role": ids("select role_id from roles order by all"),
        "search": ids("select name from people.candidates order by all"),
        "batch": ids("select distinct batch_id from batch_progress order by all"),
        "requisition": ids("select distinct requisition_id from requisition_shortlists order by all"),
        "question": ids("select distinct question_id from answer_scores order by all"),
        "subject": ids("select 'candidate:' || candidate_id from people.candidates order by all"),
        "lang": ["zh", "en"],
        "quarter": ["all", "2026-Q3", "2025-Q4"],
        "scenario": ["external", "internal", "promotion"],
        "query": QUERIES,
    }
    own = choices.OWN.get(page, ())
    others = sorted({name for names in choices.OWN.values() for name in names})
    chosen = {*choices.SHARED, *own, *draw.sample(others, 2)}
    # Sorted, so that the same seed makes the same addresses.
    return {
        name: draw.choice(ODD if draw.random() < 0.2 else values.get(name, ODD)) for name in sorted(chosen)
    }


@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_a_row_beyond_the_readers(
    home: Path, marts: Marts, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    foreign = f"not ({OWN_ROWS[role]}) and candidate_id not in (select candidate_id from interview_results"
    foreign = f"{foreign} where {OWN_ROWS[role]})"
    hidden = {
        *column(marts, f"select interview_id from interview_results where not ({OWN_ROWS[role]})"),
        *column(marts, f"select candidate_id from interview_results where {foreign}"),
    }
    if role == "analyst":
        hidden = set(column(marts, "select distinct name from people.candidates"))
    assert len(hidden) > 20
    draw = random.Random(f"addresses of {role}")
    pages = menu.pages_of(role)
    for number in range(EXAMPLES):
        page = pages[number % len(pages)] if number < len(pages) else draw.choice(pages)
        address = an_address(draw, marts, page)
        app = opened(home, role, page, address)
        assert not app.exception, (page, address)
        shown = everything_on(app)
        typed = " ".join(address.values())
        assert {one for one in hidden if one in shown and one not in typed} == set(), (page, address)


def test_the_search_finds_what_hr_is_shown(home: Path, marts: Marts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    monkeypatch.setitem(ROLES, "hr", "hr")
    shown = everything_on(opened(home, "hr", "results", {"quarter": "all"}))
    hidden = column(marts, "select interview_id from interview_results where department_id <> 'sales'")
    assert sum(one in shown for one in hidden) > 20
