"""Trust: whether what is owed to people is done: clocks, requests, refusals, consent, who may see what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import streamlit as st

from dashboards import choices, copies_handed_over, duties, who_sees
from dashboards.ask import Row
from dashboards.charts.trust import interval
from dashboards.download import offered
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, basis, figure, figures, head, how, nothing_chosen, section, visit

QUERIES = ("trust_duties", "trust_calendar", "trust_parity", "trust_consents", "trust_rules", "trust_ledger")
REQUESTS = ("erase", "export")
CLASSES = ("recordings", "texts", "scores")


def count(rows: Sequence[Row], kinds: Sequence[str], *states: str, field: str = "n") -> int | None:
    """How many of these duties are in these states; None when a part is too small for the reader."""
    found = [row[field] for row in rows if row["duty"] in kinds and row["state"] in states]
    return None if None in found else sum(found)


def said(page: Visit, n: int | None) -> str:
    """A number, or that it rests on too few people."""
    return page.words("suppressed.cell", fewest=FEWEST) if n is None else page.formats.count(n)


def title(page: Visit, rows: Sequence[Row], total: Row | None) -> str:
    """What is late, who waits, and whether refusing costs anything."""
    words = page.words
    overdue, late = count(rows, CLASSES, "overdue"), count(rows, REQUESTS, "overdue")
    waiting = count(rows, REQUESTS, "open")
    due = words("trust.due", n=said(page, overdue)) if overdue else words("trust.due_none")
    if late is None or waiting is None:
        asked = words("trust.requests_hidden")
    elif late:
        asked = words("trust.requests", n=page.formats.count(late))
    elif waiting:
        asked = words("trust.requests_open", n=page.formats.count(waiting))
    else:
        asked = words("trust.requests_none")
    if overdue is None:
        due = words("trust.due_hidden")
    return words("trust.title", due=due, requests=asked, parity=parity_of(page, total))


def parity_of(page: Visit, total: Row | None) -> str:
    """The difference of the two rates in words; only an interval that excludes zero is a difference."""
    words = page.words
    if total is None or total["difference"] is None:
        return words("trust.parity.unknown")
    if total["is_unclear"]:
        return words("trust.parity.unclear")
    points = f"{abs(100 * total['difference']):.0f}"
    return words(f"trust.parity.clearly_{'lower' if total['difference'] < 0 else 'higher'}", points=points)


def cards(page: Visit, rows: Sequence[Row], total: Row | None) -> None:
    """Five figures: late records, requests, refusals, the two rates, consent."""
    words = page.words
    parts = [
        f"{words.of('duty', one)} {said(page, count(rows, [one], 'overdue'))}"
        for one in CLASSES
        if count(rows, [one], "overdue") != 0
    ]
    named = words("trust.overdue_note", parts=words("format.comma").join(parts))
    with figures():
        figure(
            words("trust.overdue"),
            said(page, count(rows, CLASSES, "overdue")),
            note=named if parts else words("trust.overdue_none"),
            beside=words("trust.soon", n=said(page, count(rows, CLASSES, "kept", field="soon_n"))),
        )
        figure(
            words("trust.waiting"),
            said(page, count(rows, REQUESTS, "open", "overdue")),
            note=words("trust.waiting_note"),
            beside=words("trust.waiting_late", n=said(page, count(rows, REQUESTS, "overdue"))),
        )
        figure(
            words("trust.refusals"),
            said(page, count(rows, ["refusal"], "in_force", "broken")),
            note=words("trust.refusals_note", withdrawn=said(page, count(rows, ["refusal"], "withdrawn"))),
            beside=words("trust.broken", n=said(page, count(rows, ["refusal"], "broken"))),
        )
        rates_card(page, total)
        people = count(rows, ["consent"], "missing", "without_purpose", "given")
        figure(
            words("trust.lacking"),
            said(page, count(rows, ["consent"], "missing", "without_purpose")),
            note=words("trust.lacking_note"),
            beside=None if people is None else words("trust.lacking_of", n=said(page, people)),
        )


def rates_card(page: Visit, total: Row | None) -> None:
    """How often refusers advanced, beside the others."""
    words, formats = page.words, page.formats
    if total is None or total["difference"] is None:
        told = (
            "trust.parity_none" if total is None or total["refusers_n"] is not None else "trust.parity_hidden"
        )
        figure(words("trust.rates"), words("format.none"), note=words(told, fewest=FEWEST))
        return
    figure(
        words("trust.rates"),
        formats.percent(total["refusers_rate"]),
        note=words(
            "trust.rates_note",
            refusers_n=formats.count(total["refusers_n"]),
            others_n=formats.count(total["others_n"]),
            interval=interval(page, total),
        ),
        beside=words("trust.rates_others", share=formats.percent(total["others_rate"])),
    )


def tasks(rows: Sequence[Row]) -> list[tuple[str, str, str, int]]:
    """What needs doing: kind of task, duty, state, how many; the most urgent first."""
    found = [("overdue", one, "overdue", count(rows, [one], "overdue")) for one in CLASSES]
    found += [(one, one, "overdue", count(rows, [one], "overdue")) for one in REQUESTS]
    found.append(("broken", "refusal", "broken", count(rows, ["refusal"], "broken")))
    found += [(one, "consent", one, count(rows, ["consent"], one)) for one in ("missing", "without_purpose")]
    found.append(("conflict", choices.ALL, choices.ALL, sum(row["conflicts_n"] for row in rows)))
    return [(task, duty, state, n) for task, duty, state, n in found if n]


def todo(page: Visit, rows: Sequence[Row]) -> None:
    """What needs doing, each with what to do and the way to its rows."""
    words, formats = page.words, page.formats
    section(words("trust.todo"))
    listed = tasks(rows)
    if not listed:
        st.caption(words("trust.todo_none"))
    with st.container(key="tasks"):
        for index, (task, duty, state, n) in enumerate(listed):
            with st.container(key=f"task_{index}"):
                what, step = st.columns([7, 1.8], vertical_alignment="center")
                told = words(f"trust_task.{task}", what=words.of("duty", duty), n=formats.count(n))
                what.markdown(f"{plain(told)} :gray[· {words(f'trust_task.{task}_next')}]")
                if page.ask.sees("personal"):
                    with step:
                        st.page_link(
                            "views/trust.py",
                            label=words("trust.see"),
                            icon=":material/arrow_downward:",
                            query_params=choices.link(duty=duty, duty_state=state),
                        )


def summary(page: Visit, as_of: str, fewest: int) -> None:
    """The counts as a file, for a reader who sees no rows of people."""
    offered(
        page,
        page.words("trust.summary_file", day=f"{page.today:%Y%m%d}"),
        lambda: page.ask.table("trust_duties", as_of=as_of, fewest=fewest),
        title=page.words("page.trust"),
        filters={},
        fields=duties.SUMMARY,
        label=page.words("trust.download_summary"),
    )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    sees_people = here.ask.sees("personal")
    fewest = 0 if sees_people else FEWEST
    # The states of the ledger are those of its build: days are counted from there, not from today.
    day = here.run["built_at"].replace(tzinfo=UTC).astimezone(here.settings.timezone).date()
    as_of = day.isoformat()
    rows = here.ask.rows("trust_duties", as_of=as_of, fewest=fewest)
    caption = [
        words("trust.caption"),
        words("trust.ledger_of", day=here.formats.day(day)),
        *basis(here, None)[2:3],
    ]
    if not rows:
        head(words("trust.none"), caption)
        nothing_chosen(here, words("trust.none"))
        duties.rules(here)
        how(here, "trust", QUERIES)
        return
    parity = here.ask.rows("trust_parity")
    total = next((row for row in parity if row["role_id"] == choices.ALL), None)
    head(title(here, rows, total), caption)
    cards(here, rows, total)
    duties.records(here, rows, fewest, as_of)
    todo(here, rows)
    if sees_people:
        duties.ledger(here, as_of)
        copies_handed_over.offered(here)
    else:
        duties.requests(here, rows)
        summary(here, as_of, fewest)
    duties.refusers(here, parity)
    duties.consents(here, fewest)
    duties.rules(here)
    who_sees.seeing(here)
    if here.ask.role == who_sees.HR:
        who_sees.grants(here)
    how(here, "trust", QUERIES)


page()
