"""Widgets for the choices that belong to one page: what they hold is the choice in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import choices


def bound(name: str, default: str, widget: object, **arguments: object) -> str:
    """A widget whose value is the choice `name`; a choice that is none of its options counts as `default`."""
    key = f"own_{name}"
    st.session_state[key] = choices.get(name, default)
    if "options" in arguments and st.session_state[key] not in arguments["options"]:  # type: ignore[operator]
        st.session_state[key] = default
        choices.put(name, None)
    value = widget(key=key, on_change=took, args=(name, default), **arguments)  # type: ignore[operator]
    return str(value or "")


def one_of(name: str, label: str, options: Sequence[str], show: Callable[[str], str], **more: object) -> str:
    """A select box of `all` and the options, for a choice whose default is `all`."""
    every = [choices.ALL, *options]
    return bound(name, choices.ALL, st.selectbox, label=label, options=every, format_func=show, **more)


def switch(name: str, label: str, options: Sequence[str], show: Callable[[str], str], **more: object) -> str:
    """One of a few, side by side; the first is the default."""
    return bound(
        name,
        options[0],
        st.segmented_control,
        label=label,
        options=list(options),
        format_func=show,
        required=True,
        **more,
    )


def took(name: str, default: str) -> None:
    """Keep what the reader has just picked."""
    value = st.session_state[f"own_{name}"]
    if isinstance(value, bool):
        value = "1" if value else ""
    elif isinstance(value, list):
        value = "".join(value)
    choices.put(name, value, default)
