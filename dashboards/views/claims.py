"""Claims: every number that is said of AI interviews, beside what our own data say, with n and interval."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.ask import Row
from dashboards.formats import Counted, plain
from dashboards.frame import Visit, basis, figure, figures, head, how, nothing_chosen, section, visit
from dashboards.number_tables import number_table

ANSWERED = ("contradicted", "supported")
# Shares and relative changes are read as per cents, everything else in its own unit.
AS_PERCENT = ("share", "ratio")


def amount(page: Visit, value: float | None, unit: str) -> str:
    """A number in the unit of its claim."""
    words, formats = page.words, page.formats
    if value is None:
        return words("format.none")
    if unit in AS_PERCENT:
        return formats.percent(value)
    is_whole = unit != "points" and value == int(value)
    written = formats.count(int(value)) if is_whole else Counted(formats.score(value))
    return words(f"claims.in_{unit}", value=written)


def between(page: Visit, row: Row) -> str:
    """The 95 % interval in the unit of the claim."""
    low, high = row["ci_low"], row["ci_high"]
    if low is None or high is None:
        return page.words("claims.no_interval")
    return page.formats.interval(low, high, lambda end: amount(page, end, row["unit"]))


def answered(page: Visit, rows: Sequence[Row], verdict: str) -> None:
    """What was said, what we find, how sure that is."""
    words, formats = page.words, page.formats
    number_table(
        {
            words("claims.claim"): [plain(row["claim"]) for row in rows],
            words("claims.said"): [
                words(f"claims.{row['comparison']}", value=amount(page, row["claimed"], row["unit"]))
                for row in rows
            ],
            words("claims.found"): [amount(page, row["observed"], row["unit"]) for row in rows],
            words("statistic.interval"): [between(page, row) for row in rows],
            words("claims.n"): [formats.count(row["n"]) for row in rows],
            words("claims.article"): [words("claims.article_of", article=row["article"]) for row in rows],
        },
        f"claims_{verdict}",
    )


def unanswered(page: Visit, rows: Sequence[Row]) -> None:
    """What our data cannot tell, and why."""
    words = page.words
    number_table(
        {
            words("claims.claim"): [plain(row["claim"]) for row in rows],
            words("claims.reason"): [plain(row["reason"] or words("format.none")) for row in rows],
            words("claims.article"): [words("claims.article_of", article=row["article"]) for row in rows],
        },
        "claims_unknown",
        words_n=2,
    )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, formats = here.words, here.formats
    rows = here.ask.rows("claims")
    if not rows:
        head(words("claims.none"), basis(here, None))
        nothing_chosen(here, words("claims.none"))
        how(here, "claims")
        return
    counts = {
        key: formats.count(rows[0][f"{key}_n"]) for key in ("claims", "supported", "contradicted", "unknown")
    }
    head(words("claims.title", **counts), [words("claims.caption"), *basis(here, None)[2:]])
    with figures():
        for key in ("contradicted", "supported", "unknown"):
            figure(words(f"claims.{key}"), counts[key], None, words(f"claims.{key}_note"))
    for verdict in ANSWERED:
        chosen = [row for row in rows if row["verdict"] == verdict]
        if chosen:
            section(words(f"claims.{verdict}"), words(f"claims.{verdict}_note"))
            answered(here, chosen, verdict)
    open_ones = [row for row in rows if row["verdict"] not in ANSWERED]
    if open_ones:
        section(words("claims.unknown"), words("claims.unknown_note"))
        unanswered(here, open_ones)
    how(here, "claims")


page()
