"""Sketches: near-duplicates meet and are recognised, others are not, and nothing is told without the key."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from tests.scoring_udfs.signals.making import SKETCH, features, similarity

CHARACTERS = [chr(code) for code in range(0x4E00, 0x9000)]


def text_of(size: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=size))


def pieces(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def jaccard(one: str, other: str) -> float:
    return len(pieces(one) & pieces(other)) / len(pieces(one) | pieces(other))


def edited(text: str, edits: int, seed: int) -> str:
    """Single characters replaced, dropped or put in, anywhere."""
    draw = random.Random(seed)
    letters = list(text)
    for _ in range(edits):
        at = draw.randrange(len(letters))
        letters[at : at + draw.randint(0, 1)] = draw.choices(CHARACTERS, k=draw.randint(0, 1))
    return "".join(letters)


@pytest.mark.parametrize("size", [60, 150, 600, 1800, 3000])
def test_the_estimate_is_near_the_true_similarity(size: int) -> None:
    texts = [text_of(size, seed) for seed in range(40)]
    changed = [edited(text, size // 20, seed) for seed, text in enumerate(texts)]
    rows = features([*texts, *changed])
    errors = [
        similarity(rows[at], rows[at + 40]) - jaccard(texts[at], changed[at])
        for at in range(40)
        if rows[at]["sketch_level"] == rows[at + 40]["sketch_level"]
    ]
    assert len(errors) == 40
    assert abs(sum(errors) / len(errors)) < 0.02
    assert (sum(error**2 for error in errors) / len(errors)) ** 0.5 < 0.04


def test_alike_texts_share_a_band_and_unlike_ones_hardly_ever_do() -> None:
    texts = [text_of(150, seed) for seed in range(60)]
    changed = [edited(text, 5, seed) for seed, text in enumerate(texts)]
    rows = features([*texts, *changed])
    bands = [set(enumerate(row["bands"])) for row in rows]
    assert all(jaccard(one, other) > 0.75 for one, other in zip(texts, changed, strict=True))
    assert all(bands[at] & bands[at + 60] for at in range(60))
    assert not any(bands[one] & bands[other] for one, other in combinations(range(60), 2))


def test_what_normalising_makes_equal_is_equal() -> None:
    text = "We rolled it out to every shop in May, and the share of returns fell by two points. " * 2
    one, other = features([text, text.upper().replace(", ", " ,  ")])
    assert [one[name] for name in (*SKETCH, "bands")] == [other[name] for name in (*SKETCH, "bands")]


def test_another_key_makes_another_sketch_and_the_same_key_the_same() -> None:
    text = text_of(150, 1)
    (one,), (again,), (other,) = (features([text], key=key) for key in (b"1" * 32, b"1" * 32, b"2" * 32))
    assert one == again
    assert not set(one["bands"]) & set(other["bands"])
    assert similarity(one, other) < 0.4


def test_a_sketch_of_a_long_text_takes_one_of_so_many_pieces() -> None:
    rows = features([text_of(size, 7) for size in (2050, 2060, 4098, 9000)])
    assert [row["sketch_level"] for row in rows] == [0, 1, 1, 3]
