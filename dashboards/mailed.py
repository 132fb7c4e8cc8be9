"""A page as a mail: its title, its key figures and its table, by the page's own queries and words.

Everything is asked as the recipient, at the moment of sending; what the policy keeps in the house is left
out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from dashboards import alerts, choices, filters, mail_figures, menu
from dashboards.ask import PublishedMeanwhileError, Questions, Value
from dashboards.catalogue import DEFAULT_LANGUAGE, words_in
from dashboards.choices import ALL, Choices
from dashboards.download import as_file, in_words
from dashboards.formats import Formats
from dashboards.frame import FEWEST, Visit, basis
from dashboards.mail_rows import first_rows
from dashboards.mail_sheet import Ending, Sheet, Warned, as_html, as_text
from dashboards.mail_views import view_of
from dashboards.page_tables import TABLES, left_out, mailed_fields, own_parameters, shown
from warehouse.errors import NothingPublished
from warehouse.export_cells import Hiding
from warehouse.export_info import Info
from warehouse.mailing.letters import Letter, WithheldError
from warehouse.mailing.server import MailServer
from warehouse.mailing.subscriptions import Subscription
from warehouse.settings import Settings
from warehouse.viewer import Viewer

XLSX = "xlsx"
# Numbers that the models are built with, and queries of pages know.
_VARIABLES = ("coverage_minimum", "participation_alert")


def write(
    settings: Settings, viewer: Viewer, one: Subscription, server: MailServer, now: dt.datetime
) -> Letter:
    """The letter of a subscription; `WithheldError` when its page is not for the recipient any more."""
    try:
        return _written(settings, viewer, one, server, now)
    except PublishedMeanwhileError:
        return _written(settings, viewer, one, server, now)


def _written(
    settings: Settings, viewer: Viewer, one: Subscription, server: MailServer, now: dt.datetime
) -> Letter:
    page_name, given = _asked(settings, viewer, one)
    page = visit_of(settings, viewer, one.language, given, now)
    if one.kind == "alerts":
        return _alerts(page, server, one)
    if not menu.is_for(viewer.role, page_name) or page_name not in TABLES:
        raise WithheldError(f"The page {page_name} is not open to {viewer.name}.", "page")
    return _page(page, page_name, given, viewer, server, now, one)


def _asked(settings: Settings, viewer: Viewer, one: Subscription) -> tuple[str, Mapping[str, str]]:
    """The page and its choices: of the saved view as it is now, else those of the subscription."""
    if not one.view:
        return one.page, one.choices
    found = view_of(settings, viewer, one.view)
    if found is None:
        raise WithheldError(f"The saved view {one.name!r} is gone.", "view")
    return found.page, found.query_params


def visit_of(
    settings: Settings, viewer: Viewer, language: str, given: Mapping[str, str], now: dt.datetime
) -> Visit:
    """What a page is drawn from, without a page: `given` are choices as they stand in links."""
    words = words_in(language)
    today = now.astimezone(settings.timezone).date()
    asked = Questions(settings, viewer, {"lang": language})
    chosen = _choices(asked, viewer, language, given)
    shared: dict[str, Value] = {
        **chosen.parameters(),
        **{name: float(str(settings.dbt_variables.get(name, 0.6))) for name in _VARIABLES},
        "today": today.isoformat(),
    }
    ask = Questions(settings, viewer, shared)
    run = ask.row("warehouse_run")
    if run is None:
        raise NothingPublished("The published file has no run: run `scorehouse build`.")
    formats = Formats(words, settings.timezone)
    return Visit(words, formats, ask, chosen, filters.scope(ask, words, chosen), run, today, settings)


def _choices(ask: Questions, viewer: Viewer, language: str, given: Mapping[str, str]) -> Choices:
    """As the filters of a page resolve them; a department that is not the recipient's is a refusal."""
    departments = [row["id"] for row in ask.rows("departments")]
    if viewer.role == menu.HEAD:
        departments = [name for name in departments if name in ask.departments]
        department = given.get("department", next(iter(departments), ""))
        if department not in departments:
            raise WithheldError(f"No grant of {viewer.name} opens the department of this view.", "no_grant")
    else:
        department = _known(given.get("department", ALL), departments)
    quarters = [row["id"] for row in ask.rows("periods")]
    wanted = choices.quarter_start(given.get("quarter", ""))
    return Choices(
        department,
        _known(given.get("role", ALL), [row["id"] for row in ask.rows("roles")]),
        _known(given.get("scenario", ALL), [row["id"] for row in ask.rows("scenarios")]),
        wanted if wanted in (*quarters, ALL) else next(iter(quarters), ALL),
        language,
    )


def _known(wanted: str, known: list[str]) -> str:
    return wanted if wanted in known else ALL


def _page(
    page: Visit,
    name: str,
    given: Mapping[str, str],
    viewer: Viewer,
    server: MailServer,
    now: dt.datetime,
    one: Subscription,
) -> Letter:
    words, table = page.words, TABLES[name]
    own = own_parameters(table, given, viewer.role)
    asked = page.ask.table(table.query, **own)
    answer = shown(table, asked, words("choice.all_roles"))
    fields = mailed_fields(table, page.ask)
    title, figures = mail_figures.of(name, page, own)
    subject = page.scoped(title)
    info = Info(
        title=one.name or words(f"page.{name}"),
        viewer=viewer,
        at=now,
        timezone=page.settings.timezone,
        language=words.language,
        filters={
            key: value for key, value in {**page.choices.parameters(), **given}.items() if key != "lang"
        },
        run=page.run,
    )
    file_name = f"{words(f'page.{name}')}-{page.today.isoformat()}"
    content = as_file(XLSX, f"{file_name}.csv", answer, words, info, fields, Hiding(), page.settings.exports)
    kept = [words(f"mail.class.{stays}") for stays in left_out(table, page.ask)]
    hidden = asked.num_rows - answer.num_rows
    notes = [
        words("mail.attached", name=f"{file_name}.xlsx", n=page.formats.count(answer.num_rows)),
        words("suppressed.groups", n=page.formats.count(hidden), fewest=FEWEST) if hidden else "",
        words("mail.left_out", what=words("format.comma").join(kept)) if kept else "",
    ]
    sheet = Sheet(
        subject,
        [part for part in basis(page, None) if part],
        _ending(page, server, one, name, given),
        figures,
        _warned(page, server, alerts.firing(page) if name == "overview" else []),
        first_rows(page, in_words(answer, fields, words), fields),
        [note for note in notes if note],
    )
    said = {"title": subject, "figures": figures, "rows": answer.select(fields).to_pylist()}
    return Letter(
        subject,
        as_text(sheet, words),
        _digest(said),
        html=as_html(sheet, words),
        rows=answer.num_rows,
        file_name=f"{file_name}.xlsx",
        file=content,
    )


def _alerts(page: Visit, server: MailServer, one: Subscription) -> Letter:
    """What fires; it says something new when another alert fires, or one no longer does."""
    words = page.words
    found = alerts.firing(page)
    subject = (
        words("mail.alerts_title", n=page.formats.count(len(found))) if found else words("mail.alerts_over")
    )
    sheet = Sheet(
        subject,
        [words("caption.as_of", moment=page.formats.moment(page.run["data_as_of"]))],
        _ending(page, server, one, "overview", {}),
        alerts=_warned(page, server, found),
    )
    digest = _digest(sorted(alert.key for alert in found))
    return Letter(subject, as_text(sheet, words), digest, html=as_html(sheet, words))


def _warned(page: Visit, server: MailServer, found: list[alerts.Alert]) -> list[Warned]:
    words = page.words
    return [
        Warned(
            words("mail.serious") if one.is_serious else words("mail.warning"),
            one.sentence,
            one.advice,
            server.link(one.page, urlencode(one.chosen)),
            one.is_serious,
        )
        for one in found
    ]


def _ending(
    page: Visit, server: MailServer, one: Subscription, name: str, given: Mapping[str, str]
) -> Ending:
    """Where the view is, and why this mail came: without what a view is called, which may name somebody."""
    words = page.words
    known = {key: value for key, value in given.items() if key != "search"}
    if words.language != DEFAULT_LANGUAGE:
        known["lang"] = words.language
    weekday = words(f"weekday.d{one.weekday}")
    why = words(
        "mail.why",
        account=one.owner,
        what=words("alert.section") if one.kind == "alerts" else words(f"page.{name}"),
        rhythm=words(f"rhythm_at.{one.rhythm}", weekday=weekday, hour=one.hour, day=one.day),
    )
    return Ending(why, server.link(name, urlencode(known)), server.link("account"))


def _digest(said: object) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
