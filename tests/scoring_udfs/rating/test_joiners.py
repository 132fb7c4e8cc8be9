"""A list whose items are joined by words is read as a list; a sentence stays as it is."""

from __future__ import annotations

import pytest

from scoring_udfs.rating.joiners import without_joiners
from scoring_udfs.rating.units import GAP_COMMA, GAP_SENTENCE, GAP_SPACE, units_of


@pytest.mark.parametrize(
    ("joined", "bare"),
    [
        ("链表和指针和结点和插入和删除和查找", "链表指针结点插入删除查找"),
        ("链表以及指针与结点还有插入和删除或查找", "链表指针结点插入删除查找"),
        ("因为链表所以指针，因为结点所以插入，因为删除所以查找", "链表指针，结点插入，删除查找"),
        ("链表是指针是结点的插入是删除是查找", "链表指针结点插入删除查找"),
        ("sample and mass and volume or vinegar and time and room", "sample mass volume vinegar time room"),
        (
            "because mass so volume. because time so room. if acid then salt",
            "mass volume. time room. acid salt",
        ),
    ],
)
def test_what_joins_the_items_of_a_list_is_left_out(joined: str, bare: str) -> None:
    found, wanted = without_joiners(units_of(joined)), units_of(bare)
    assert found.hash.tolist() == wanted.hash.tolist()
    assert found.gap.tolist() == wanted.gap.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "链表和指针都要多存一个地址，插入和删除时只改指针，所以比顺序表快",
        "I need to know the mass and the volume because they change how fast it melts",
        "链表和指针和结点和插入",  # four items
        "和" * 4,
    ],
)
def test_a_sentence_and_a_short_list_stay_as_they_are(text: str) -> None:
    units = units_of(text)
    assert without_joiners(units) is units


def test_the_pause_before_a_joiner_stays() -> None:
    found = without_joiners(units_of("mass, and volume. And time and room and acid and salt"))
    assert found.gap.tolist() == [0, GAP_COMMA, GAP_SENTENCE, GAP_SPACE, GAP_SPACE, GAP_SPACE]


def test_a_list_around_a_sentence_leaves_the_sentence_its_small_words() -> None:
    text = "链表和指针和结点和插入和删除和查找。插入元素时并不需要移动别的元素，但是查找和遍历比较慢"
    assert without_joiners(units_of(text)).hash.tolist()[-2:] == units_of("较慢").hash.tolist()
    assert units_of("和").hash[0] in without_joiners(units_of(text)).hash
