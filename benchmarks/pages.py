"""How fast every page answers: `python -m benchmarks.pages [--interviews 200000] [--home PUBLISHED_HOME]`.

Each page is drawn for HR with many choices of department, role, scenario and quarter; nothing is remembered
between drawings. The baseline of the same run is a page that takes all results into memory to work on them
there. Times are those of this machine and this run; ratios travel better.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

import typer

from benchmarks.measure import best
from dashboards.menu import HR, pages_of
from ingestion.demo import write_demo
from orchestration.build import build
from orchestration.reporter import SilentReporter
from warehouse import accounts
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

INTERVIEWS = 200_000
VISITS = 24
READER = Viewer("bench", HR)
APP = Path(__file__).parents[1] / "dashboards" / "app.py"
SECONDS = 120
FEATURES = "select department_id as department, role_id as role from roles"
QUARTERS = "select distinct quarter_start from quarterly_trends order by 1"
PEOPLE = """
    select interview_id from interview_results
    where composite_score is not null using sample 200 (reservoir, 7)
"""
NAIVE = "select * from interview_results"

Url = Mapping[str, str]


def main(
    interviews: Annotated[int, typer.Option(help="Demo interviews, unless --home is given.")] = INTERVIEWS,
    home: Annotated[Path | None, typer.Option(help="A home with published marts.")] = None,
    visits: Annotated[int, typer.Option(help="Drawings of each page.")] = VISITS,
) -> None:
    """Prints a line a page: what its data took, and the whole drawing on the server."""
    if home is not None:
        pages(Settings(home=home), visits)
        return
    with tempfile.TemporaryDirectory(prefix="scorehouse-pages-") as folder:
        settings = Settings(home=Path(folder) / "home").ensure()
        write_demo(settings.landing, interviews=interviews)
        build(settings, SilentReporter())
        pages(settings, visits)


def pages(settings: Settings, visits: int = VISITS) -> None:
    """The pages of HR over the published marts of a home."""
    os.environ[HOME_VARIABLE] = str(settings.home)
    marts = Marts(settings)
    n = marts.query("select count(*) as n from interview_results", viewer=OPERATOR).to_pylist()[0]["n"]
    naive = best(lambda: marts.query(NAIVE, viewer=OPERATOR, max_rows=None).to_pandas()).clock
    marts.close()
    print(f"\n{n:,} interviews, {visits} drawings a page with other choices each, {os.cpu_count()} cores")
    print(f"baseline: all results as a frame in memory, {1000 * naive:,.0f} ms; milliseconds on the server:")
    print(f"{'page':<16}{'data p50':>10}{'data p95':>10}{'p95 × base':>12}{'whole p50':>11}{'whole p95':>11}")
    token = accounts.open_session(settings, READER)
    urls = list(choices_of(settings, visits))
    drawn(token, "overview", {})
    for page in pages_of(HR):
        data, whole = zip(*(drawn(token, page, url) for url in urls), strict=True)
        line(page, data, whole, naive)


def choices_of(settings: Settings, visits: int) -> Iterator[Url]:
    """Choices that differ from visit to visit, the same in every run."""
    marts = Marts(settings)
    roles = marts.query(FEATURES, viewer=OPERATOR).to_pylist()
    quarters = [
        "all",
        *(str(row["quarter_start"]) for row in marts.query(QUARTERS, viewer=OPERATOR).to_pylist()),
    ]
    people = [row["interview_id"] for row in marts.query(PEOPLE, viewer=OPERATOR).to_pylist()]
    marts.close()
    whole = [{"department": "all", "role": "all"}]
    of_department = [
        {"department": one, "role": "all"} for one in sorted({row["department"] for row in roles})
    ]
    places = [*whole, *of_department, *({**row} for row in roles)]
    found = list(itertools.product(places, quarters, ("all", "external")))
    chance = random.Random(11)
    chance.shuffle(found)
    for (place, quarter, scenario), interview in zip(found[:visits], people, strict=False):
        yield {**place, "quarter": quarter, "scenario": scenario, "interview": interview}


def drawn(token: str, page: str, url: Url) -> tuple[float, float]:
    """Seconds that the data of one drawing took, and the whole of it."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    st.cache_data.clear()
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["session_token"] = token
    app.query_params.update(url)
    app.query_params["page"] = page
    with asked() as data:
        app.switch_page(f"views/{page}.py")
        began = time.perf_counter()
        app.run()
        whole = time.perf_counter() - began
    if app.exception or app.error:
        raise SystemExit(f"The page {page} failed with {dict(url)}: see the log.")
    return sum(data), whole


@contextmanager
def asked() -> Iterator[list[float]]:
    """The seconds of every question that reaches the marts meanwhile."""
    seconds: list[float] = []
    real = Marts.query

    def timed(self: Marts, *given: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return real(self, *given, **more)
        finally:
            seconds.append(time.perf_counter() - began)

    with mock.patch.object(Marts, "query", timed):
        yield seconds


def line(page: str, data: tuple[float, ...], whole: tuple[float, ...], naive: float) -> None:
    """One page in milliseconds, and its slowest data against the baseline."""
    numbers = [p50(data), p95(data), p50(whole), p95(whole)]
    shown = [f"{1000 * number:,.0f}" for number in numbers]
    print(
        f"{page:<16}{shown[0]:>10}{shown[1]:>10}{numbers[1] / naive:>12.2f}{shown[2]:>11}{shown[3]:>11}",
        flush=True,
    )


def p50(seconds: tuple[float, ...]) -> float:
    """The median."""
    return statistics.median(seconds)


def p95(seconds: tuple[float, ...]) -> float:
    """What 95 of 100 drawings stay below."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    typer.run(main)
