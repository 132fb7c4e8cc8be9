"""Who is being compared: up to five interviews in the order of the link, from any page that lists people."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import choices
from dashboards.formats import plain
from dashboards.frame import Visit

MOST = 5
BETWEEN = ","


def wanted() -> list[str]:
    """The interviews of the link, each once."""
    named = (part.strip() for part in choices.get("compare").split(BETWEEN))
    return list(dict.fromkeys(filter(None, named)))


def link_to(interviews: Sequence[str]) -> dict[str, str]:
    """Query parameters of a comparison."""
    return choices.link(compare=BETWEEN.join(interviews))


def without(interview: str) -> None:
    """Take one out."""
    choices.put("compare", BETWEEN.join(one for one in wanted() if one != interview))


def together_with(interview: str) -> None:
    """Put one more beside the others."""
    choices.put("compare", BETWEEN.join([*wanted(), interview]))


def to_comparison(page: Visit, interviews: Sequence[str], most: int = MOST) -> None:
    """Below a list: the way to the comparison of those who are ticked, or what is missing for it."""
    words, formats = page.words, page.formats
    n = formats.count(len(interviews))
    if len(interviews) > most:
        st.caption(plain(words("compare.go_more", n=n, most=formats.count(most))))
    elif not interviews:
        st.caption(plain(words("compare.tick_hint", most=formats.count(most))))
    elif len(interviews) == 1:
        st.caption(plain(words("compare.go_fewer")))
    else:
        st.page_link(
            "views/compare.py",
            label=words("compare.go", n=n),
            icon=":material/compare_arrows:",
            query_params=link_to(interviews),
        )


def beside_others(page: Visit, interview: str) -> None:
    """On a person's page: compare with others, or join those who are being compared already."""
    words = page.words
    others = [one for one in wanted() if one != interview][: MOST - 1]
    label = words("compare.with_others")
    if others:
        label = words("compare.with_chosen", n=page.formats.count(len(others)))
    st.page_link(
        "views/compare.py",
        label=label,
        icon=":material/compare_arrows:",
        query_params=link_to([*others, interview]),
    )
