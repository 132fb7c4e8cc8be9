"""Data health: whether the sources arrive, where every row went, and what to do about those that wait."""

from __future__ import annotations

import streamlit as st

from dashboards import choices, health_tables
from dashboards.ask import Row, Value
from dashboards.charts.quarantine import CLICK, reason_bars
from dashboards.choices import ALL
from dashboards.download import QUARANTINE, chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, draw, figure, figures, head, how, nothing, section, visit
from dashboards.own_choices import one_of, switch

ROWS_SHOWN = 1_000
ROWS_IN_FILE = 100_000
FILES_SHOWN = 1_000
FILES_OFFERED = 500
UNREAD_NAMED = 5
COLUMNS_NAMED = 8
CHANGES = ("missing", "renamed", "retyped", "unknown", "added", "dropped")
STATES = ("open", "released", "all")


def title(page: Visit, totals: Row) -> str:
    """The answer in one sentence."""
    words, formats = page.words, page.formats

    def part(kind: str, number: int) -> str:
        return words(f"health.answer.{kind}", n=formats.count(number))

    if totals["files"] == 0:
        return part("never", totals["sources"])
    parts = [part("unbalanced", totals["unbalanced"])] if totals["unbalanced"] else []
    if totals["on_time"] == totals["sources"]:
        parts.append(part("on_time", totals["sources"]))
    elif totals["on_time"] == 0:
        parts.append(part("none", totals["sources"]))
    else:
        on_time, n = formats.count(totals["on_time"]), formats.count(totals["sources"])
        parts.append(words("health.answer.some", on_time=on_time, n=n))
    waiting = totals["open_quarantined"]
    parts.append(part("open", waiting) if waiting else words("health.answer.none_open"))
    if totals["rejected"]:
        parts.append(part("rejected", totals["rejected"]))
    return words("health.answer.join").join(parts)


def cards(page: Visit, totals: Row) -> None:
    """Five figures, and the sum that every row is part of."""
    words, formats = page.words, page.formats
    written = {name: formats.count(number) for name, number in totals.items()}
    values = {
        "files": written["files"],
        "rows_in": written["rows_in"],
        "kept": written["kept"],
        "open": written["open_quarantined"],
        "overdue": formats.count(totals["overdue"] + totals["never"]),
    }
    with figures():
        for name, value in values.items():
            figure(words(f"health.figure.{name}"), value, note=words(f"health.figure.{name}_note", **written))
    if totals["unbalanced"]:
        st.error(words("health.imbalance", **written, n=written["unbalanced"]), icon=":material/balance:")
    else:
        st.caption(f":material/balance: {words('health.balance', **written)}")


def sources(page: Visit, rows: list[Row], chosen: str) -> None:
    """The sources; ticking one shows only what it brought."""
    words = page.words
    section(words("health.sources"), words("health.sources_note"))
    picked = health_tables.sources_table(page, rows, key=f"sources_{chosen}")
    if picked is not None:
        choices.put("source", None if picked == chosen else picked)
        choices.put("file", None)
        st.rerun()
    if any(row["arrival"] != "on_time" for row in rows):
        st.caption(words("health.overdue_next"))


def quarantine(page: Visit, source: str) -> None:
    """What waits: by reason, then row by row, with the next step."""
    words, ask = page.words, page.ask
    section(words("quarantine.title"), words("quarantine.note"))
    wanted = {"source": source, **choose(page, source)}
    reasons = ask.rows("quarantine_reasons", **wanted)
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        if reasons:
            chart = reason_bars(reasons, page, str(wanted["reason"]))
            picked = draw(
                chart,
                words("quarantine.chart"),
                key=f"reasons_{wanted['reason']}",
                on_select="rerun",
                selection_mode=CLICK,
            )
            for bar in picked.selection.get(CLICK, []):
                choices.put("reason", None if bar["reason"] == wanted["reason"] else bar["reason"])
                st.rerun()
    rows = ask.rows("quarantine_rows", row_limit=ROWS_SHOWN, **wanted)
    if not rows:
        nothing_waits(page, wanted)
        return
    with right:
        next_step(page, rows, wanted)
    found = rows[0]["found_n"]
    if found > len(rows):
        shown, n = page.formats.count(len(rows)), page.formats.count(found)
        st.caption(words("quarantine.capped", shown=shown, n=n))
    health_tables.rows_table(page, rows)


def choose(page: Visit, source: str) -> dict[str, Value]:
    """File, reason and state, as parameters of the queries."""
    words = page.words
    boxes = st.columns([2.2, 1.6, 1.5], vertical_alignment="bottom")
    with boxes[2]:
        state = switch("state", words("filter_own.state"), STATES, lambda code: words.of("state", code))
    with boxes[1]:
        codes = words.choices("code")
        reason = one_of(
            "reason",
            words("filter_own.reason"),
            codes,
            lambda code: words("choice.all_reasons") if code == ALL else words.of("code", code),
        )
    with boxes[0]:
        files = page.ask.rows(
            "quarantine_files", source=source, state=state, reason=reason, row_limit=FILES_OFFERED
        )
        names = {
            row["file_id"]: words("quarantine.of_file", file=row["file"], n=page.formats.count(row["n"]))
            for row in files
        }
        file = one_of(
            "file",
            words("filter_own.file"),
            list(names),
            lambda code: names.get(code, words("choice.all_files")),
        )
    return {"file": file, "reason": reason, "state": state}


def nothing_waits(page: Visit, wanted: dict[str, Value]) -> None:
    """Why there is no row to show."""
    words = page.words
    everything = {**wanted, "state": ALL, "file": ALL, "reason": ALL}
    settled = sum(row["released_n"] for row in page.ask.rows("quarantine_reasons", **everything))
    waiting = sum(row["open_n"] for row in page.ask.rows("quarantine_reasons", **everything))
    if not settled and not waiting:
        nothing(words("quarantine.none_ever"))
    elif not waiting and wanted["state"] == "open":
        nothing(words("quarantine.none"), words("quarantine.nothing_open", n=page.formats.count(settled)))
    else:
        nothing(words("quarantine.none_found"), words("quarantine.none_advice"))


def next_step(page: Visit, rows: list[Row], wanted: dict[str, Value]) -> None:
    """What the chosen rows have in common, how to mend them, and the way to take them along."""
    words, formats, reason = page.words, page.formats, str(wanted["reason"])
    n = formats.count(rows[0]["found_n"])
    named = words("choice.all_reasons") if reason == ALL else words.of("code", reason)
    st.markdown(f"**{words('quarantine.rows', reason=named, n=n)}**")
    folder = rows[0]["source"] if rows[0]["is_one_source"] else words("quarantine.any_folder")
    if wanted["state"] != "released":
        if reason == ALL:
            st.markdown(words("quarantine.next_any", folder=folder))
        else:
            st.markdown(words("quarantine.next", fix=words.of("code_fix", reason), folder=folder))
    offered(
        page,
        words("quarantine.file", day=page.today.isoformat()),
        lambda: page.ask.table("quarantine_rows", row_limit=ROWS_IN_FILE, **wanted),
        title=words("quarantine.download"),
        filters=chosen(page, wanted),
        fields=QUARANTINE,
        label=words("quarantine.download"),
    )


def changes(page: Visit, source: str) -> None:
    """How the columns of the last files differ from what was agreed or came before."""
    words, formats = page.words, page.formats
    section(words("changes.title"), words("changes.note"))
    rows = page.ask.rows("column_changes", source=source)
    if not rows:
        st.caption(words("changes.none"))
    for row in rows:
        name, day = words.of("source", row["source"]), formats.day_of(row["ingested_at"])
        st.markdown(words("changes.file", source=name, file=plain(row["file"]), day=day))
        said = [
            words(f"changes.{kind}", columns=named(page, kind, row[kind])) for kind in CHANGES if row[kind]
        ]
        st.markdown("\n".join(f"- {sentence}" for sentence in said))


def named(page: Visit, kind: str, columns: list[str]) -> str:
    """The columns of a change, the first few by name."""
    words = page.words
    shown = [plain(retyped(page, text) if kind == "retyped" else text) for text in columns[:COLUMNS_NAMED]]
    listed = words("format.comma").join(shown)
    if len(columns) > COLUMNS_NAMED:
        listed = f"{listed} {words('changes.more', n=page.formats.count(len(columns)))}"
    return listed


def retyped(page: Visit, text: str) -> str:
    """`hired_on: date → text` with its kinds in words."""
    column, colon, kinds = text.rpartition(": ")
    return f"{column}{colon}" + " → ".join(page.words.of("kind", kind) for kind in kinds.split(" → "))


def files(page: Visit, source: str) -> None:
    """Every file: what became of it, and that its rows add up."""
    words, formats = page.words, page.formats
    name = words.of("source", source)
    section(
        words("files.title"),
        words("files.note") if source == ALL else words("files.note_source", source=name),
    )
    rows = page.ask.rows("files", source=source, row_limit=FILES_SHOWN)
    if not rows:
        nothing(words("files.none"))
        st.markdown(words("files.none_advice", folder=source))
        return
    unread = [row for row in rows if row["is_unread"]]
    for row in unread[:UNREAD_NAMED]:
        sentence = words("files.unread", file=plain(row["file"]), message=plain(row["message"] or ""))
        st.markdown(f":material/block: {sentence}  \n{words('files.unread_next', folder=row['source'])}")
    if len(unread) > UNREAD_NAMED:
        st.markdown(words("files.more_unread", n=formats.count(len(unread) - UNREAD_NAMED)))
    if rows[0]["found_n"] > len(rows):
        shown, n = formats.count(len(rows)), formats.count(rows[0]["found_n"])
        st.caption(words("files.capped", shown=shown, n=n))
    health_tables.files_table(page, rows)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, ask = here.words, here.ask
    totals = ask.row("health")
    assert totals is not None
    rows = ask.rows("sources")
    built = words("health.built", moment=here.formats.moment(here.run["built_at"]))
    head(title(here, totals), [words("health.caption"), built])
    if totals["files"] == 0:
        with st.container(border=True, key="empty"):
            st.markdown(words("health.empty"))
        how(here, "health")
        return
    cards(here, totals)
    known = dict.fromkeys(
        [row["source"] for row in rows] + [row["source"] for row in ask.rows("sources_with_files")]
    )
    source = choices.get("source", ALL) if choices.get("source", ALL) in known else ALL
    sources(here, rows, source)
    one_of(
        "source",
        words("filter_own.source"),
        list(known),
        lambda code: words("choice.all_sources") if code == ALL else words.of("source", code),
        width=320,
    )
    quarantine(here, source)
    changes(here, source)
    files(here, source)
    how(here, "health")


page()
