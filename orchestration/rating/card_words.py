"""The words of the model card and of the calibration card, in Chinese and English (card_words.yml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGS = ("zh", "en")

Words = dict[str, dict[str, str]]  # name → language → words


@cache
def words_of(card: str) -> Words:
    """Of the card `model` or `calibration`."""
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    found: Words = yaml.load(text, Loader=yaml.CSafeLoader)[card]
    return found


WORDS = words_of("model")
