"""axe-core on a page of the dashboards: what it finds serious, but for faults of Streamlit's own markup."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")
# Faults that we cannot mend from outside: the rule, where it is broken, and why it stays.
OF_STREAMLIT = (
    ("list", "[data-testid=stSidebarNavItems]", "the menu's list holds its groups in boxes of their own"),
    ("listitem", "[data-testid=stSidebarNavItems]", "and so its entries stand in no list"),
)


def faults(page: Any) -> list[str]:
    """Every serious fault of the page as it stands: the rule, what it asks for, and the element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({fault['help']}): {node['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
        if not _is_of_streamlit(page, fault["id"], node["target"])
    ]


def _is_of_streamlit(page: Any, rule: str, target: list[str]) -> bool:
    places = [place for known, place, _ in OF_STREAMLIT if known == rule]
    element = page.locator(target[0]).first
    return any(element.evaluate("(found, place) => !!found.closest(place)", place) for place in places)
