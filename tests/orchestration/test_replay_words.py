"""Every sentence of a replay exists in both languages and says the same values."""

from __future__ import annotations

from string import Formatter

import pytest

from orchestration.replay.words import LANGUAGES, WORDS


@pytest.mark.parametrize("name", WORDS)
def test_a_sentence_has_the_same_places_in_every_language(name: str) -> None:
    assert set(WORDS[name]) == set(LANGUAGES)
    english, chinese = (
        {place for _, place, _, _ in Formatter().parse(WORDS[name][language]) if place}
        for language in LANGUAGES
    )
    assert english == chinese
