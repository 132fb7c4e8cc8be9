"""Internal moves: who meets the promotion rule, how long decisions take, who passed training, who is next."""

from __future__ import annotations

import streamlit as st

from dashboards import choices, promotion_cases
from dashboards.ask import Row
from dashboards.charts.cycles import cycles as cycle_bins
from dashboards.charts.cycles import plain_days
from dashboards.charts.cycles import quarters as cycle_quarters
from dashboards.charts.internal import CLICK, courses, rule
from dashboards.formats import plain
from dashboards.frame import (
    FEWEST,
    Visit,
    basis,
    draw,
    figure,
    figures,
    head,
    how,
    nothing_chosen,
    section,
    seen,
    visit,
)
from dashboards.number_tables import number_table
from dashboards.promotion_prompts import prompts

DOTS = 1_500
COURSES_SHOWN = 12
QUERIES = (
    "internal_figures",
    "internal_points",
    "internal_decisions",
    "internal_cycles",
    "internal_cycle_quarters",
    "internal_courses",
    "internal_cases",
    "internal_prompts",
)


def title(page: Visit, numbers: Row) -> str:
    """How many meet the rule and how long a decision takes; of training alone, how many passed."""
    words, formats = page.words, page.formats
    cycle = ""
    if numbers["cycle_n"]:
        cycle = words("internal.cycle", days=plain_days(numbers["cycle_median"]))
    if numbers["is_judged_small"]:
        return words("internal.title_small", fewest=FEWEST)
    if numbers["judged_n"]:
        counts = {"n": formats.count(numbers["judged_n"]), "eligible": formats.count(numbers["eligible_n"])}
        return words("internal.title", **counts, cycle=cycle)
    if numbers["promotion_n"] or not numbers["assessed_n"]:
        return words("internal.title_unjudged", n=formats.count(numbers["promotion_n"]), cycle=cycle)
    return words(
        "internal.title_training",
        n=formats.count(numbers["assessed_n"]),
        passed=formats.count(numbers["passed_n"]),
        share=formats.percent(numbers["passed_share"]),
    )


def card(page: Visit, key: str, value: str, note: str, beside: str, n: int | None, is_small: bool) -> None:
    """One figure, or that too few people or nobody stand behind it."""
    if is_small:
        figure(page.words(key), page.words("suppressed.cell", fewest=FEWEST))
    elif not n:
        figure(page.words(key), page.words("format.none"), note=note)
    else:
        figure(page.words(key), value, note=note, beside=beside)


def cards(page: Visit, row: Row) -> None:
    """Five figures: the rule, who cannot be judged, the cycle, training, question banks."""
    words, formats = page.words, page.formats

    def between(part: str) -> str:
        return formats.interval(row[f"{part}_low"], row[f"{part}_high"], formats.percent)

    with figures():
        note = words("internal.eligible_none")
        if row["judged_n"]:
            note = words(
                "internal.eligible_note",
                interview=formats.count(row["interview_mark"]),
                performance=formats.count(row["performance_mark"]),
                share=formats.percent(row["eligible_share"]),
                interval=between("eligible"),
            )
        beside = words("internal.eligible_of", n=formats.count(row["judged_n"] or 0))
        eligible = formats.count(row["eligible_n"] or 0)
        card(page, "internal.eligible", eligible, note, beside, row["judged_n"], row["is_judged_small"])
        unreviewed = formats.count(row["unreviewed_n"] or 0)
        note, beside = words("internal.unreviewed_note"), words("internal.unreviewed_beside")
        card(page, "internal.unreviewed", unreviewed, note, beside, 1, row["is_unreviewed_small"])
        cycle_card(page, row)
        note = words("internal.passed_none")
        if row["assessed_n"]:
            mark = formats.count(row["pass_mark"])
            note = words("internal.passed_note", mark=mark, interval=between("passed"))
        counts = {"passed": formats.count(row["passed_n"] or 0), "n": formats.count(row["assessed_n"] or 0)}
        share, beside = formats.percent(row["passed_share"]), words("internal.passed_beside", **counts)
        card(page, "internal.passed", share, note, beside, row["assessed_n"], row["is_assessed_small"])
        counts = {"matched": formats.count(row["matched_n"] or 0), "n": formats.count(row["banks_n"] or 0)}
        note = words("internal.banks_note" if row["banks_n"] else "internal.banks_none")
        share, beside = formats.percent(row["matched_share"]), words("internal.banks_beside", **counts)
        card(page, "internal.banks", share, note, beside, row["banks_n"], row["is_bank_small"])


def cycle_card(page: Visit, row: Row) -> None:
    """The median of the days from request to decision."""
    words, formats = page.words, page.formats
    value, beside, note = "", "", words("internal.cycle_none")
    if row["cycle_n"]:
        value = plain_days(row["cycle_median"])
        beside = words("internal.cycle_beside", p90=plain_days(row["cycle_p90"]))
        n, mean = formats.count(row["cycle_n"]), formats.score(row["cycle_mean"])
        note = words("internal.cycle_note", n=n, mean=mean)
    card(page, "internal.cycle_days", value, note, beside, row["cycle_n"], row["is_cycle_small"])


def picture(page: Visit, numbers: Row, fewest: int) -> None:
    """The rule as a picture, and beside it what was decided."""
    words, formats = page.words, page.formats
    sees_people = page.ask.sees("personal")
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        note = "internal.picture_note" if sees_people else "internal.picture_plain"
        marks = {
            "interview": formats.count(numbers["interview_mark"]),
            "performance": formats.count(numbers["performance_mark"]),
        }
        section(words("internal.picture"), words(note, **marks))
        rows = page.ask.rows("internal_points", fewest=fewest, row_limit=DOTS)
        if rows:
            more = {"on_select": "rerun", "selection_mode": CLICK} if sees_people else {}
            chart = rule(rows, page, is_clickable=sees_people)
            picked = draw(chart, words("internal.picture"), key="internal_rule", **more)
            if rows[0]["judged_n"] > len(rows):
                counts = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["judged_n"])}
                st.caption(plain(words("internal.sampled", **counts)))
            for dot in picked.selection.get(CLICK, []) if sees_people else []:
                promotion_cases.open_case(dot["interview_id"])
        elif numbers["is_judged_small"]:
            st.caption(words("suppressed.cell", fewest=FEWEST))
        else:
            st.caption(words("internal.picture_none"))
    with right:
        decisions(page, fewest)


def decisions(page: Visit, fewest: int) -> None:
    """The rule against what was decided, and the cases where the two do not agree."""
    words, formats = page.words, page.formats
    section(words("internal.decisions"), words("internal.decisions_note"))
    rows = page.ask.rows("internal_decisions", fewest=fewest)
    if not rows:
        st.caption(words("internal.picture_none"))
        return
    found = {(row["verdict"], row["decision"]): row["n"] for row in rows}
    verdicts = list(dict.fromkeys(row["verdict"] for row in rows))
    decided = sorted({row["decision"] for row in rows}, key=[*words.choices("decision")].index)

    def cell(verdict: str, decision: str) -> str:
        if (verdict, decision) not in found:
            return formats.count(0)
        n = found[verdict, decision]
        return words("suppressed.cell", fewest=FEWEST) if n is None else formats.count(n)

    number_table(
        {
            words("internal.verdict"): [words.of("verdict", one) for one in verdicts],
            **{words.of("decision", two): [cell(one, two) for one in verdicts] for two in decided},
        },
        "rule_and_decision",
    )
    told(page, found)


def told(page: Visit, found: dict[tuple[str, str], int | None]) -> None:
    """Where rule and decision differ, with the way to those people."""
    words, formats = page.words, page.formats
    without = sum(found.get((verdict, "approved")) or 0 for verdict in ("below", "unreviewed"))
    waiting = sum(
        n or 0 for (verdict, decision), n in found.items() if verdict == "eligible" and decision != "approved"
    )
    lines = [("approved_without", "approved_without", without), ("not_yet", "eligible", waiting)]
    for key, part, n in lines:
        if not n:
            continue
        st.markdown(plain(words(f"internal.{key}", n=formats.count(n))))
        if page.ask.sees("personal"):
            st.page_link(
                "views/internal.py",
                label=words("internal.see"),
                icon=":material/arrow_downward:",
                query_params=choices.link(cases=part),
            )
    if not without and not waiting:
        st.caption(words("internal.all_decided"))


def cycles(page: Visit, fewest: int) -> None:
    """How long decisions take, and whether that changes."""
    words = page.words
    left, right = st.columns(2, gap="large")
    with left:
        section(words("internal.cycles"), words("internal.cycles_note"))
        rows = seen(page, page.ask.rows("internal_cycles", fewest=fewest), "n")
        if rows:
            draw(cycle_bins(rows, page), words("internal.cycles"))
        else:
            st.caption(words("internal.cycles_none"))
    with right:
        section(words("internal.quarters"), words("internal.quarters_note"))
        by_quarter = seen(page, page.ask.rows("internal_cycle_quarters", fewest=fewest), "n")
        if by_quarter:
            draw(cycle_quarters(by_quarter, page), words("internal.quarters"))
        else:
            st.caption(words("internal.cycles_none"))


def training(page: Visit, fewest: int) -> None:
    """Who passed, by the course that they had taken."""
    words, formats = page.words, page.formats
    section(words("internal.courses"), words("internal.courses_note"))
    rows = seen(page, page.ask.rows("internal_courses", fewest=fewest), "n")
    if not rows:
        st.caption(words("internal.courses_none"))
        return
    draw(courses(rows[:COURSES_SHOWN], page), words("internal.courses"))
    if len(rows) > COURSES_SHOWN:
        st.caption(plain(words("internal.courses_more", n=formats.count(len(rows) - COURSES_SHOWN))))


def asked_case(page: Visit) -> tuple[Row | None, str]:
    """The case that the link names, and its id when there is none for this reader."""
    wanted = choices.get("case")
    if not wanted or not page.ask.sees("personal"):
        return None, ""
    row = page.ask.row("internal_cases", case=wanted, cases=choices.ALL, row_limit=1)
    return row, "" if row is not None else wanted


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, formats = here.words, here.formats
    sees_people = here.ask.sees("personal")
    fewest = 0 if sees_people else FEWEST
    row, unknown = asked_case(here)
    if unknown:
        st.warning(plain(words("internal.no_case", case=unknown)), icon=":material/link_off:")
    numbers = here.ask.row("internal_figures", fewest=fewest)
    if row is not None:
        head(promotion_cases.title(here, row), basis(here, None)[2:])
        promotion_cases.one_case(here, row)
        how(here, "internal", ("internal_cases", "internal_competencies"))
        return
    if numbers is None or not numbers["promotion_n"] + numbers["training_n"]:
        head(words("internal.none"), basis(here, None))
        nothing_chosen(here, words("internal.none"))
        prompts(here, fewest)
        how(here, "internal", QUERIES)
        return
    counts = {
        "promotion": formats.count(numbers["promotion_n"]),
        "training": formats.count(numbers["training_n"]),
    }
    first, *others = basis(here, None)
    head(here.scoped(title(here, numbers)), [first, words("internal.caption", **counts), *others])
    cards(here, numbers)
    if numbers["promotion_n"]:
        picture(here, numbers, fewest)
        cycles(here, fewest)
    if numbers["training_n"]:
        training(here, fewest)
    if sees_people:
        promotion_cases.cases(here)
    prompts(here, fewest)
    how(here, "internal", QUERIES)


page()
