"""The answer of a page in one sentence: the same on the page and in a mail about it."""

from __future__ import annotations

from dashboards.ask import Row
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
            batch=chosen["batch_id"],
            done=formats.count(chosen["completed_n"]),
            pending=formats.count(chosen["pending_n"]),
        )
    first = rows[0]
    key = "batches.title_weak" if first["weak_n"] else "batches.title"
    return words(
        key,
        n=formats.count(first["batches_n"]),
        done=formats.count(first["all_completed"]),
        invited=formats.count(first["all_invited"]),
        weak=formats.count(first["weak_n"]),
        share=formats.percent(first["alert_share"]),
    )


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
