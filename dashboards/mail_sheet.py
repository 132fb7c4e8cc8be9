"""One mail as a sheet of parts, written twice: as plain text and as HTML that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards.catalogue import Words
from dashboards.palette import DARK, LIGHT, Palette

_LINKS = ("https://", "http://")
# Mail readers know few fonts and no style sheet of a page: everything stands in the tag itself.
_FONT = (
    "-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Helvetica,Arial,sans-serif"
)


@dataclass(frozen=True)
class Warned:
    """An alert as a mail says it; `address` is empty where nobody said where the dashboards are."""

    mark: str
    sentence: str
    advice: str
    address: str
    is_serious: bool


@dataclass(frozen=True)
class Rows:
    """The first rows of the attached table: `is_number` of each column, cells as they are shown."""

    headers: tuple[str, ...] = ()
    is_number: tuple[bool, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Ending:
    """Why the mail came, and the addresses of its view and of the account, empty where there are none."""

    why: str
    view: str
    account: str


@dataclass(frozen=True)
class Sheet:
    """What a mail says."""

    title: str
    basis: Sequence[str]
    ending: Ending
    figures: Sequence[tuple[str, str]] = ()
    alerts: Sequence[Warned] = ()
    rows: Rows = Rows()
    notes: Sequence[str] = ()


def as_text(sheet: Sheet, words: Words) -> str:
    """The plain text; the rows of the table stand in the attached file alone."""
    end = sheet.ending
    lines = [
        sheet.title,
        " · ".join(sheet.basis),
        "",
        *(f"{label}  {value}" for label, value in sheet.figures),
    ]
    if sheet.alerts:
        lines += ["", words("mail.todo")]
    for one in sheet.alerts:
        lines += [f"{one.mark} {one.sentence}", f"   {one.advice}"]
        if one.address:
            lines.append(f"   {one.address}")
    lines += ["", *sheet.notes, ""]
    lines.append(words("mail.open", address=end.view) if end.view else words("mail.open_nowhere"))
    lines.append(end.why)
    lines.append(words("mail.end", address=end.account) if end.account else words("mail.end_nowhere"))
    lines.append(words("mail.privacy"))
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return f"{text.strip()}\n"


def as_html(sheet: Sheet, words: Words) -> str:
    """The same as one HTML document, everything in it escaped; nothing is loaded from anywhere."""
    end = sheet.ending
    body = [
        f"<h1 class='ink' style='margin:0 0 8px;font-size:20px;line-height:1.4;color:{LIGHT.ink}'>"
        f"{escape(sheet.title)}</h1>",
        _line(" · ".join(sheet.basis)),
        _figures(sheet.figures),
        _alerts(sheet.alerts, words),
        _rows(sheet.rows),
        _button(end.view, words("mail.open_button")) or _line(words("mail.open_nowhere")),
        *(_line(note) for note in sheet.notes),
        f"<hr class='rule' style='border:0;border-top:1px solid {LIGHT.grid};margin:20px 0 12px'>",
        _line(end.why),
        _line(words("mail.privacy")),
        _link(end.account, words("mail.end_button")) or _line(words("mail.end_nowhere")),
    ]
    return (
        f"<!DOCTYPE html><html lang='{escape(words.language, quote=True)}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        "<meta name='color-scheme' content='light dark'>"
        f"<title>{escape(sheet.title)}</title><style>{_dark(DARK)}</style></head>"
        f"<body class='page' style='margin:0;padding:16px;background:{LIGHT.surface};color:{LIGHT.ink};"
        f"font-family:{_FONT};font-size:15px;line-height:1.6'>"
        f"<div style='max-width:640px;margin:0 auto'>{''.join(body)}</div></body></html>\n"
    )


def _dark(colours: Palette) -> str:
    """For mailboxes in the dark that heed it; others show the light colours or turn them themselves."""
    rules = {
        ".page": f"background:{colours.surface}!important;color:{colours.ink}!important",
        ".ink": f"color:{colours.ink}!important",
        ".muted": f"color:{colours.muted}!important",
        ".said": f"color:{colours.said}!important",
        ".link": f"color:{colours.accent}!important",
        ".rule": f"border-color:{colours.grid}!important",
        ".button": f"background:{colours.accent}!important;color:{colours.surface}!important",
    }
    told = "".join(f"{place}{{{rule}}}" for place, rule in rules.items())
    return f":root{{color-scheme:light dark}}@media(prefers-color-scheme:dark){{{told}}}"


def _line(text: str) -> str:
    if not text:
        return ""
    return f"<p class='muted' style='margin:4px 0;font-size:13px;color:{LIGHT.muted}'>{escape(text)}</p>"


def _cell(tag: str, text: str, *, is_number: bool, is_muted: bool = False, size: int = 15) -> str:
    colour, name = (LIGHT.muted, "muted") if is_muted else (LIGHT.ink, "ink")
    side = "right" if is_number else "left"
    scope = " scope='col'" if tag == "th" else ""
    return (
        f"<{tag}{scope} class='{name} rule' style='padding:6px 10px;border-bottom:1px solid {LIGHT.grid};"
        f"text-align:{side};font-size:{size}px;font-weight:normal;color:{colour};"
        f"font-variant-numeric:tabular-nums'>{escape(text)}</{tag}>"
    )


def _table(lines: Sequence[str], name: str) -> str:
    return (
        f"<div style='overflow-x:auto;margin:14px 0'><table class='{name}' "
        f"style='border-collapse:collapse;width:100%'>{''.join(lines)}</table></div>"
    )


def _figures(figures: Sequence[tuple[str, str]]) -> str:
    if not figures:
        return ""
    lines = []
    for label, value in figures:
        first = _cell("td", label, is_number=False, is_muted=True)
        lines.append(f"<tr>{first}{_cell('td', value, is_number=True, size=17)}</tr>")
    return _table(lines, "figures")


def _rows(rows: Rows) -> str:
    if not rows.cells:
        return ""
    kinds = rows.is_number
    heads = (
        _cell("th", text, is_number=number, is_muted=True, size=12)
        for text, number in zip(rows.headers, kinds, strict=True)
    )
    lines = [f"<tr>{''.join(heads)}</tr>"]
    for row in rows.cells:
        cells = (
            _cell("td", text, is_number=number, size=13) for text, number in zip(row, kinds, strict=True)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return _table(lines, "rows") + _line(rows.note)


def _alerts(alerts: Sequence[Warned], words: Words) -> str:
    if not alerts:
        return ""
    parts = [
        f"<h2 class='ink' style='margin:18px 0 6px;font-size:16px;color:{LIGHT.ink}'>"
        f"{escape(words('mail.todo'))}</h2>"
    ]
    for one in alerts:
        weight = "bold" if one.is_serious else "normal"
        parts.append(
            f"<p class='ink' style='margin:8px 0 0;color:{LIGHT.ink}'>"
            f"<span class='said' style='color:{LIGHT.said};font-weight:{weight}'>{escape(one.mark)}</span> "
            f"{escape(one.sentence)}</p>{_line(one.advice)}{_link(one.address, words('mail.see'))}"
        )
    return "".join(parts)


def _link(address: str, text: str) -> str:
    if not address.startswith(_LINKS):
        return ""
    return (
        f"<p style='margin:4px 0;font-size:13px'><a class='link' style='color:{LIGHT.accent}' "
        f"href='{escape(address, quote=True)}'>{escape(text)}</a></p>"
    )


def _button(address: str, text: str) -> str:
    if not address.startswith(_LINKS):
        return ""
    return (
        "<p style='margin:18px 0'><a class='button' style='display:inline-block;padding:10px 18px;"
        f"border-radius:6px;text-decoration:none;background:{LIGHT.accent};color:{LIGHT.surface}' "
        f"href='{escape(address, quote=True)}'>{escape(text)}</a></p>"
    )
