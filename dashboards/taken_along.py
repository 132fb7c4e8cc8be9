"""What a reader takes along of a page: its table as a file, and the page itself by mail."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards import subscribing
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit
from dashboards.page_tables import TABLES, own_parameters, seen_fields, shown


def take_along(page: Visit, name: str, own: Mapping[str, str] | None = None, *, note: str = "") -> None:
    """The two buttons above the table of a page.

    `own` are choices of the page beside those of the sidebar, as they stand in its link.
    `note` says which numbers are taken, where they stand in no table below.
    """
    words, table = page.words, TABLES[name]
    given = dict(own or {})
    asked = own_parameters(table, given, page.ask.role)
    left, buttons = st.columns([1.6, 1], vertical_alignment="center")
    if note:
        left.caption(plain(note))
    with buttons, st.container(horizontal=True, gap="small"):
        offered(
            page,
            words("download.file", page=words(f"page.{name}"), day=page.today.isoformat()),
            lambda: shown(table, page.ask.table(table.query, **asked), words("choice.all_roles")),
            title=words(f"page.{name}"),
            filters=chosen(page, given),
            fields=seen_fields(table, page.ask),
        )
        subscribing.offered(page, name, given)
