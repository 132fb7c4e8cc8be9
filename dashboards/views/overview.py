"""Overview: the quarter in one sentence, its figures, who stands where, what needs doing, data health."""

from __future__ import annotations

import streamlit as st

from dashboards import alerts, choices, head_overview, mean_change, menu, titles
from dashboards.ask import Row
from dashboards.charts.grades import CLICK, share_bars
from dashboards.charts.quarters import mean_line
from dashboards.charts.spread import density
from dashboards.formats import plain
from dashboards.frame import (
    Visit,
    basis,
    draw,
    figure,
    figures,
    go,
    head,
    how,
    in_columns,
    nothing_chosen,
    section,
    seen,
    visit,
)

# One or two roles have half of the width each.
COLUMNS, FEW = 4, 2
NAMED = 3
ALERTS_SHOWN = 6
NEXT = {
    "interrupted": ("results", {"flag": "interrupted", "status": "all"}),
    "insufficient": ("results", {"status": "insufficient"}),
    "supplement": ("results", {"recommendation": "supplement"}),
    "out_of_band": ("grades_and_pay", {}),
    "gap": ("grades_and_pay", {}),
    "overlap": ("grades_and_pay", {}),
    "quarantined": ("health", {}),
}


def cards(page: Visit, numbers: Row, now: Row | None, tasks: int) -> None:
    """At most five figures."""
    words, formats = page.words, page.formats

    def change(value: float | None, unit: str) -> str | None:
        return None if value is None else words(unit, value=formats.signed(value))

    with figures():
        delta = None if now is None else now["delta_mean"]
        figure(
            words("figure.mean"),
            formats.score(numbers["mean"]),
            change(delta, "figure.points"),
            words("figure.mean_note"),
        )
        figure(
            words("figure.participation"),
            formats.percent(numbers["participation"]),
            change(numbers["participation_delta"], "figure.percentage_points"),
            words("figure.participation_note"),
        )
        figure(
            words("figure.top10"),
            formats.score(numbers["top10_cutoff"]),
            change(numbers["top10_delta"], "figure.points"),
            words("figure.top10_note"),
        )
        figure(
            words("figure.top_grades"),
            formats.percent(numbers["top_share"]),
            change(numbers["top_share_delta"], "figure.percentage_points"),
            words("figure.top_grades_note"),
        )
        figure(words("figure.tasks"), formats.count(tasks), None, words("figure.tasks_note"))


def comparison(page: Visit, quarters: list[Row]) -> None:
    """How quarters compare, and who is where."""
    words = page.words
    left, right = st.columns(2, gap="large")
    with left:
        section(words("overview.quarters"), words("overview.quarters_note"))
        draw(mean_line(quarters, page, height=292), words("overview.quarters"))
        split = mean_change.split(page, quarters)
        if split:
            st.caption(plain(split))
        if mean_change.compared(quarters) is not None:
            go(words("trend.why_go"), "trend")
    with right:
        section(words("overview.grades"), words("overview.grades_note"))
        shares = seen(page, page.ask.rows("grade_shares"), "n")
        picked = draw(
            share_bars(shares, page, "role_id", "role_name", words("chart.role"), clickable=True),
            words("overview.grades"),
            key="grades_by_role",
            on_select="rerun",
            selection_mode=CLICK,
        )
        for bar in picked.selection.get(CLICK, []):
            st.switch_page("views/roles.py", query_params=choices.link(role=bar["bar"]))
        go(words("outcomes.open_here"), "outcomes")
        if page.ask.role == head_overview.READER:
            head_overview.batches(page)


def spreads(page: Visit) -> None:
    """Small multiples of the roles' distributions."""
    words = page.words
    section(words("overview.spread"), words("overview.spread_note"))
    bins: dict[str, list[Row]] = {}
    for row in page.ask.rows("distributions", competency="composite"):
        if row["n"] is not None:
            bins.setdefault(row["role_id"], []).append(row)
    summaries = seen(page, page.ask.rows("summaries", competency="composite"), "n")
    drawn = [row for row in summaries if row["role_id"] in bins]
    for summary, place in in_columns(drawn, COLUMNS if len(drawn) > FEW else FEW):
        with place:
            told = words("chart.of_role", title=words("overview.spread"), role=summary["role_name"])
            draw(density(bins[summary["role_id"]], summary, page), told)
    go(words("overview.top10"), "results", top10="1")


def todo(page: Visit, tasks: list[Row], firing: list[alerts.Alert]) -> None:
    """What needs doing, each with its next step as a link: what crossed a limit first."""
    words, formats = page.words, page.formats
    for number, alert in enumerate(firing[:ALERTS_SHOWN]):
        with st.container(key=f"task_alert_{number}"):
            what, step = st.columns([7, 2.8], vertical_alignment="center")
            icon = "error" if alert.is_serious else "notifications"
            what.markdown(f":material/{icon}: {plain(alert.sentence)} :gray[· {plain(alert.advice)}]")
            with step:
                go(words(f"page.{alert.page}"), alert.page, **alert.chosen)
    if len(firing) > ALERTS_SHOWN:
        st.caption(plain(words("alert.more", n=formats.count(len(firing) - ALERTS_SHOWN))))
    if not tasks and not firing:
        st.caption(words("overview.todo_none"))
    for index, row in enumerate(tasks):
        band = "" if row["low"] is None else formats.pay_range(row["low"], row["high"])
        places = {"n": formats.count(row["n"]), "grade": row["grade"], "other": row["other"], "band": band}
        with st.container(key=f"task_{index}"):
            what, step = st.columns([7, 2.8], vertical_alignment="center")
            task = row["task"]
            effect = words(f"task.{task}.effect", **places)
            what.markdown(f"{words(f'task.{task}.what', **places)} :gray[· {effect}]")
            target, own = NEXT[row["task"]]
            with step:
                go(words(f"task.{row['task']}.next"), target, **own)


def health(page: Visit) -> None:
    """Whether the sources arrive, and whether every row is accounted for."""
    words, formats = page.words, page.formats
    sources, totals = page.ask.rows("sources"), page.ask.row("health")
    late = [row for row in sources if row["arrival"] == "overdue"]
    never = [words.of("source", row["source"]) for row in sources if row["arrival"] == "never"]
    on_time = len(sources) - len(late) - len(never)
    lines = []
    if on_time:
        lines.append((":material/check_circle:", words("health.on_time", n=formats.count(on_time))))
    for row in late[:NAMED]:
        name, days = words.of("source", row["source"]), formats.count(row["days_overdue"])
        lines.append((":material/schedule:", words("health.late", source=name, days=days)))
    if len(late) > NAMED:
        more = formats.count(len(late) - NAMED)
        lines.append((":material/more_horiz:", words("health.more_late", n=more)))
    if never:
        named = words("format.comma").join(never[:NAMED])
        key = "health.more_never" if len(never) > NAMED else "health.never"
        sentence = words(key, sources=named, n=formats.count(len(never)))
        lines.append((":material/event_busy:", sentence))
    icons = {"open_quarantined": "error", "rejected": "block", "unbalanced": "balance"}
    for kind, icon in icons.items():
        if totals is not None and totals[kind]:
            key = "quarantined" if kind == "open_quarantined" else kind
            lines.append((f":material/{icon}:", words(f"health.{key}", n=formats.count(totals[kind]))))
    for icon, sentence in lines:
        st.markdown(f"{icon} {sentence}")
    go(words("health.next"), "health")


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, ask = here.words, here.ask
    numbers = ask.row("figures")
    tasks = ask.rows("tasks")
    firing = alerts.firing(here)
    if numbers is None:
        head(words("nothing.title"), basis(here, 0))
        nothing_chosen(here, words("nothing.scored"))
    else:
        quarters = seen(here, ask.rows("quarters", each_role=False), "n")
        now = next((row for row in quarters if row["is_chosen"]), None)
        head(here.scoped(titles.overview(here, numbers, now)), basis(here, numbers["n"]))
        cards(here, numbers, now, len(tasks) + len(firing))
        comparison(here, quarters)
        if ask.role == head_overview.READER:
            head_overview.waiting(here)
        spreads(here)
    sees_health = menu.is_for(ask.role, "health")
    left, right = st.columns([2.2, 1], gap="large") if sees_health else (st.container(), None)
    with left:
        section(words("overview.todo"))
        with st.container(key="tasks"):
            todo(here, tasks, firing)
    if right is not None:
        with right:
            section(words("health.title"))
            with st.container(key="health"):
                health(here)
    how(here, "overview")


page()
