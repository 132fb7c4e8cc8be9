"""The answer of a page in one sentence: the same on the page and in a mail about it."""

from __future__ import annotations

from dashboards.ask import Row
from dashboards.batch_names import batch_name
from dashboards.frame import Visit


def overview(page: Visit, numbers: Row, now: Row | None) -> str:
    """The answer in one sentence."""
    words, formats = page.words, page.formats
    mean = formats.score(numbers["mean"])
    if page.choices.quarter == "all" or now is None:
        return words("overview.title.all", mean=mean, n=formats.count(numbers["n"]))
    quarter = formats.quarter(page.choices.quarter)
    if now["delta_mean"] is None:
        return words("overview.title.first", quarter=quarter, mean=mean)
    kind = "higher" if now["is_higher"] else "lower" if now["is_lower"] else "same"
    delta = formats.signed(now["delta_mean"])
    if kind != "same":
        delta = delta.lstrip("+−")
    return words(f"overview.title.{kind}", quarter=quarter, mean=mean, delta=delta)


def results(page: Visit, rows: list[Row]) -> str:
    """How many interviews meet the choice, and how many of them go on."""
    words, formats = page.words, page.formats
    if not rows:
        return words("results.title_none")
    first = rows[0]
    return words(
        "results.title", n=formats.count(first["found_n"]), advance=formats.count(first["advance_n"])
    )


def batches(page: Visit, rows: list[Row], chosen: Row | None) -> str:
    """How far one batch has come, or how many of all lag behind."""
    words, formats = page.words, page.formats
    if chosen is not None:
        return words(
            "batches.title_one",
            batch=batch_name(page, chosen),
            done=formats.count(chosen["completed_n"]),
            pending=formats.count(chosen["pending_n"]),
        )
    first = rows[0]
    key = "batches.title_weak" if first["weak_n"] else "batches.title"
    slowest = {
        "batch_id": first["slowest_batch"],
        "role_name": first["slowest_role_name"],
        "first_invited_on": first["slowest_since"],
    }
    waiting = (
        words(
            "batches.title_waiting",
            pending=formats.count(first["all_pending"]),
            most=formats.count(first["most_pending"]),
            batch=batch_name(page, slowest),
        )
        if first["most_pending"]
        else ""
    )
    said = words(
        key,
        n=formats.count(first["batches_n"]),
        done=formats.count(first["all_completed"]),
        invited=formats.count(first["all_invited"]),
        weak=formats.count(first["weak_n"]),
        share=formats.percent(first["alert_share"]),
    )
    return said + waiting


def requisitions(page: Visit, rows: list[Row], chosen: Row | None) -> str:
    """Whether people are enough: of one opening, or of all that are open."""
    words, formats = page.words, page.formats
    if chosen is not None:
        return words(
            "requisitions.title_short" if chosen["is_short"] else "requisitions.title_enough",
            role=chosen["role_name"] or chosen["role_id"],
            needed=formats.count(chosen["needed_n"]),
            done=formats.count(chosen["completed_n"]),
            high=formats.count(chosen["high_n"]),
        )
    first = rows[0]
    return words(
        "requisitions.title",
        n=formats.count(first["open_n"]),
        short=formats.count(first["short_n"]),
    )


def roles(page: Visit, rows: list[Row], name: str) -> str:
    """Who is highest and who is lowest, or the one role's place."""
    words, formats = page.words, page.formats
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return words(
            "roles.title_one",
            measure=name,
            role=first["role_name"],
            mean=formats.score(first["mean"]),
            share=formats.percent(first["share_80"]),
        )
    if first["ci_low"] is None or last["ci_high"] is None or first["ci_low"] <= last["ci_high"]:
        low, high = formats.score(last["mean"]), formats.score(first["mean"])
        return words("roles.title_close", measure=name, low=low, high=high)
    return words(
        "roles.title",
        measure=name,
        first=first["role_name"],
        high=formats.score(first["mean"]),
        last=last["role_name"],
        low=formats.score(last["mean"]),
    )


def trend(page: Visit, rows: list[Row]) -> str:
    """Where the last quarters lead."""
    words, formats = page.words, page.formats
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return words(
            "trend.title_one", quarter=formats.quarter(last["quarter"]), mean=formats.score(last["mean"])
        )
    return words(
        "trend.title",
        n=len(rows),
        first=formats.quarter_short(first["quarter"]),
        last=formats.quarter_short(last["quarter"]),
        low=formats.score(first["mean"]),
        high=formats.score(last["mean"]),
    )


def questions(page: Visit, rows: list[Row], chosen: Row | None) -> str:
    """How many call for a look, by reason; or how the chosen one does."""
    words, formats = page.words, page.formats
    if chosen is not None:
        return words(
            "questions.title_one",
            mean=formats.score(chosen["mean"]),
            skipped=formats.percent(chosen["skip_rate"]),
            verdict=reasons_of(page, chosen) or words("questions.no_reason"),
        )
    n = formats.count(rows[0]["questions_n"])
    counts = dict(rows[0]["reason_counts"] or {})
    parts = [
        words(
            "questions.title_part",
            n=formats.count(counts[reason]),
            reason=words.of("question_reason", reason),
        )
        for reason in words.choices("question_reason")
        if reason in counts
    ]
    if not parts:
        return words("questions.title_fine", n=n)
    return words("questions.title", n=n, parts=words("format.comma").join(parts))


def outcomes(page: Visit, chain: Row) -> str:
    """How many came how far."""
    words, formats = page.words, page.formats
    return words(
        "outcomes.title",
        n=formats.count(chain["applications_n"]),
        offered=formats.count(chain["offered_n"]),
        hired=formats.count(chain["hired_n"]),
        share=formats.percent(chain["hire_rate"]),
    )


def reasons_of(page: Visit, row: Row) -> str:
    """Why somebody should look at it, in words; empty when nothing calls for it."""
    words = page.words
    return words("format.comma").join(words.of("question_reason", reason) for reason in row["reasons"])
