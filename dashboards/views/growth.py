"""Growth: what people lack, what is advised, how those did who came back, who is in the talent pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.growth import BAR, CLICK, EVERYBODY, MEASURES, bars, gaps_of_one, heat
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, basis, draw, figure, figures, head, how, nothing, section, visit
from dashboards.growth_names import Names
from dashboards.growth_people import KINDS, people
from dashboards.growth_pool import pool, pool_size
from dashboards.growth_returns import came_back, returns
from dashboards.growth_tasks import tasks
from dashboards.own_choices import switch
from warehouse.policy import policy

BARS_SHOWN = 12


def total(gaps: Sequence[Row], competency: str = "any") -> Row | None:
    """Everybody's row of a competency, or of any."""
    return next(
        (row for row in gaps if row["role_id"] == EVERYBODY and row["competency_id"] == competency), None
    )


def most_common(gaps: Sequence[Row]) -> Row | None:
    """The competency that most people lack."""
    known = [
        row
        for row in gaps
        if row["role_id"] == EVERYBODY and row["competency_id"] != "any" and not row["is_small"]
    ]
    return max(known, key=lambda row: int(row["gap_n"]), default=None)


def title(page: Visit, common: Row | None, course: Row | None) -> str:
    """The most common gap, and how those did who came back after a course."""
    words, formats = page.words, page.formats
    if common is None or not common["gap_n"]:
        return words("growth.title_none")
    key, more = "growth.title", {"share": formats.percent(common["share"])}
    # the mean of a handful is no answer for a title, whoever reads it
    if course is not None and (course["people_n"] or 0) >= FEWEST:
        key = "growth.title_gain" if course["gain"] >= 0 else "growth.title_loss"
        more = {"people": formats.count(course["people_n"]), "gain": formats.score(abs(course["gain"]))}
    return words(key, competency=common["competency"], n=formats.count(common["gap_n"]), **more)


def cards(page: Visit, gaps: Sequence[Row], back: Mapping[str, Row], fewest: int) -> None:
    """Five figures; who came back and the pool are over all quarters."""
    words, formats = page.words, page.formats
    small = words("suppressed.cell", fewest=FEWEST)
    everybody, common, every = total(gaps), most_common(gaps), back.get("all")
    with figures():
        if everybody is None or everybody["is_small"]:
            figure(words("growth.with_gap"), small)
        else:
            figure(
                words("growth.with_gap"),
                formats.count(everybody["gap_n"]),
                None,
                words(
                    "growth.with_gap_note",
                    n=formats.count(everybody["n"]),
                    share=formats.percent(everybody["share"]),
                    interval=formats.interval(
                        everybody["share_low"], everybody["share_high"], formats.percent
                    ),
                ),
            )
        figure(
            words("growth.common")
            if common is None
            else words("growth.common_of", competency=common["competency"]),
            words("format.none") if common is None else formats.percent(common["share"]),
            None,
            None
            if common is None
            else words(
                "growth.common_note",
                competency=common["competency"],
                gap_n=formats.count(common["gap_n"]),
                n=formats.count(common["n"]),
                gap=formats.score(common["mean_gap"]),
            ),
        )
        came_back(page, every)
        figure(words("growth.pool"), pool_size(page, fewest), None, words("growth.pool_note"))


def gaps_chart(page: Visit, gaps: Sequence[Row]) -> None:
    """The heat map, or the rows of the one chosen role; a click chooses what the list below shows."""
    words = page.words
    rows = [row for row in gaps if row["competency_id"] != "any"]
    roles = {row["role_id"] for row in rows} - {EVERYBODY}
    if len(roles) == 1:
        section(words("growth.one_role"), words("growth.one_role_note"))
        drawing = gaps_of_one([row for row in rows if row["role_id"] != EVERYBODY], page)
    else:
        section(words("growth.gaps"), words("growth.gaps_note"))
        measure = switch(
            "gap_by",
            words("growth.by"),
            MEASURES,
            lambda key: words.of("gap_by", key),
            label_visibility="collapsed",
        )
        st.caption(plain(words(f"gap_by_long.{measure}")))
        people_n = {row["role_id"]: row["n"] for row in gaps if row["competency_id"] == "any"}
        drawing = heat(rows, page, measure, people_n)
    small = [row for row in rows if row["is_small"]]
    # The heat map has a column a role: on a phone it scrolls.
    with st.container(key="wide_chart" if len(roles) > 1 else None):
        picked = draw(
            drawing,
            words("growth.gaps"),
            key=f"gaps_{choices.get('gap')}_{choices.get('gap_role')}",
            on_select="rerun",
            selection_mode=CLICK,
        )
    if small:
        told = words("suppressed.groups", n=page.formats.count(len(small)), fewest=FEWEST)
        st.caption(f":material/visibility_off: {told}")
    for cell in picked.selection.get(CLICK, []):
        choose(gap=cell["gap"], gap_role=cell["gap_role"])


def choose(**own: str) -> None:
    """Take over what was clicked and draw again, where the page stands."""
    for name, value in own.items():
        choices.put(name, value, choices.ALL)
    st.rerun()


def helps(page: Visit, fewest: int) -> None:
    """What is advised, most people first; a click filters the list below."""
    words, formats = page.words, page.formats
    section(words("growth.helps"), words("growth.helps_note"))
    kind = switch(
        "help_kind",
        words("growth.help_kind"),
        KINDS,
        lambda key: words.of("help_kind", key),
        label_visibility="collapsed",
    )
    rows = page.ask.rows("growth_helps", help_kind=kind, fewest=fewest)
    known = [row for row in rows if not row["is_small"]]
    if not known:
        st.caption(plain(words("growth.people_none")))
        return
    drawn = [{**row, "gap": formats.score(row["mean_gap"])} for row in known[:BARS_SHOWN]]
    help_id = choices.get("help", choices.ALL)
    picked = draw(
        bars(drawn, page, "id", help_id, words.of("help_kind", kind), [("gap", words("gap_by_long.depth"))]),
        words("growth.helps"),
        key=f"helps_{kind}_{help_id}",
        on_select="rerun",
        selection_mode=BAR,
    )
    if len(known) > BARS_SHOWN:
        capped = {"shown": formats.count(BARS_SHOWN), "n": formats.count(len(known))}
        st.caption(plain(words("growth.helps_capped", **capped)))
    if len(known) < len(rows):
        told = words("suppressed.groups", n=formats.count(len(rows) - len(known)), fewest=FEWEST)
        st.caption(f":material/visibility_off: {told}")
    for bar in picked.selection.get(BAR, []):
        choose(help=bar["id"])


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    fewest = 0 if policy().roles[here.ask.role].everything else FEWEST
    gaps = here.ask.rows("growth_gaps", fewest=fewest)
    if not gaps:
        head(words("growth.none"), basis(here, None))
        nothing(words("growth.none"), words("nothing.advice"))
        how(here, "growth")
        return
    back = {row["part"]: row for row in here.ask.rows("returns", fewest=fewest)}
    head(here.scoped(title(here, most_common(gaps), back.get("course"))), basis(here, None))
    cards(here, gaps, back, fewest)
    left, right = st.columns([1.55, 1], gap="large")
    with left:
        gaps_chart(here, gaps)
    with right:
        helps(here, fewest)
    names = Names(here)
    people(here, gaps, fewest, names)
    returns(here, back, names)
    pool(here, fewest, names)
    tasks(here, fewest, names)
    how(here, "growth")


page()
