"""A report as PDF, set by Typst with the font that we carry: no font of the machine, no network."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from dashboards.palette import LIGHT
from dashboards.report.glyphs import FAMILY, FONT
from warehouse.errors import ScorehouseError

TEMPLATE = Path(__file__).with_name("report.typ")
_COLOURS = {
    "ink": LIGHT.ink,
    "muted": LIGHT.muted,
    "grid": LIGHT.grid,
    "accent": LIGHT.accent,
    "contrast": LIGHT.contrast,
    "soft": LIGHT.soft,
}
# A compiler keeps what it has parsed and the font that it has read; it is not for two threads at a time.
_of_thread = threading.local()


class ReportNotSetError(ScorehouseError):
    """Typst refused the page; its message may quote a text, so it is not repeated."""


def as_pdf(content: Mapping[str, Any], moment: datetime) -> bytes:
    """The pages of `dashboards.report.content.content`; the same content and moment give the same bytes."""
    given = {**content, "colours": _COLOURS, "grades": dict(LIGHT.grades), "font": FAMILY}
    try:
        pdf = _compiler().compile(
            format="pdf",
            sys_inputs={"report": json.dumps(given, ensure_ascii=False)},
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise ReportNotSetError(
            f"A report could not be set on the page ({type(error).__name__} in {TEMPLATE.name})."
        ) from None
    if not isinstance(pdf, bytes):
        raise ReportNotSetError(f"{TEMPLATE.name} gave no PDF.")
    return pdf


def _compiler() -> typst.Compiler:
    if not hasattr(_of_thread, "compiler"):
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT.parent)]
        )
        _of_thread.compiler = typst.Compiler(
            str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True
        )
    compiler: typst.Compiler = _of_thread.compiler
    return compiler
