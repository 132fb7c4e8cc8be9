"""The words of both cards and of `scorehouse rate`, in Chinese and English (card_words.yml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGS = ("zh", "en")

Words = dict[str, dict[str, str]]  # name → language → words


@cache
def words_of(card: str) -> Words:
    """Of the card `model` or `calibration`, or of the `command`."""
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    found: Words = yaml.load(text, Loader=yaml.CSafeLoader)[card]
    return found


WORDS = words_of("model")


def say(name: str, lang: str, **values: object) -> str:
    """A sentence of `scorehouse rate` with its values."""
    return words_of("command")[name][lang].format(**values)
