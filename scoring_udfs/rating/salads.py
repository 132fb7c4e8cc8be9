"""Makes up passages that are no answer, for the guard to learn from: salads of words, foreign sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.bowl import Bowl, Passage, Phrases
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.units import (
    GAP_COMMA,
    GAP_NONE,
    GAP_SENTENCE,
    GAP_SPACE,
    Units,
    raw_units_of,
    units_of_kinds,
)

_SHORTEST_TEXT = 5  # that passages are made from
_HOST = 60
_PASSAGE = 60
# What made-up passages are: pieces put together, key words framed in padding, words strewn into an answer,
# words in no order, sentences of another answer, padding.
_KINDS = ("pieces", "framed", "strewn", "shuffled", "foreign", "padding")
_SHARES = (0.47, 0.08, 0.13, 0.07, 0.16, 0.09)
_NUMBERED = 0.2
_GAPS = (GAP_NONE, GAP_NONE, GAP_NONE, GAP_SPACE, GAP_COMMA, GAP_SENTENCE)

# Fluent words that answer nothing: what padding looks like to a model that knows only the answers.
_PADDING = {
    "zh": (
        "关于这一点，其实有很多不同的看法。我之前也看过一些相关的资料，觉得挺有意思的。每个人都有自己的理解，"
        "我只是谈谈个人的感受。时间过得真快，转眼之间一年就过去了。不管怎么样，我们都应该保持积极的态度，"
        "努力把事情做好。昨天晚上我和朋友一起吃了饭，聊了很多过去的故事。接下来我会尽量把我知道的都写出来，"
        "如果有说得不对的地方，还请多多指教。"
    ),
    "en": (
        "There are many ways to look at this and everybody has their own view. I have read a little about "
        "it before and found it rather interesting. As far as I can remember we talked about something "
        "like that last year. Yesterday evening I had dinner with an old friend and we told each other "
        "stories. Whatever happens, we should stay positive and do our best. I will now try to write down "
        "everything I know, and I hope that whoever reads these lines will be kind to me."
    ),
}


@dataclass(frozen=True)
class Salad:
    """A text with a made-up passage, as an answer to `question`.

    `starts`: units of the passage before which two pieces were put together.
    """

    question: str
    text: Units
    made_up: NDArray[np.bool_]
    starts: Ints


def salads_of(
    known: Mapping[str, Sequence[Units]],
    new: Mapping[str, Sequence[Units]],
    phrases: Mapping[str, Phrases],
    each: float,
    random: np.random.Generator,
) -> list[Salad]:
    """About `each` salads an answer of `new`.

    Made of an answer of `new` and of pieces of `known` (what somebody may have read who wants to please) or
    of other answers of `new`.
    """
    usable = {name: [text for text in texts if len(text) >= _SHORTEST_TEXT] for name, texts in new.items()}
    made: list[Salad] = []
    for name, texts in usable.items():
        pool = [text for text in known[name] if len(text) >= _SHORTEST_TEXT]
        if not texts or not pool:
            continue
        others = [text for other, found in usable.items() if other != name for text in found]
        maker = _Maker(texts, others, Bowl(pool, phrases[name], random), random)
        wanted = each * len(texts)
        made += [maker.salad(name) for _ in range(int(wanted) + int(random.random() < wanted % 1))]
    return made


@dataclass(frozen=True)
class _Maker:
    hosts: Sequence[Units]
    strangers: Sequence[Units]
    bowl: Bowl
    random: np.random.Generator

    def salad(self, question: str) -> Salad:
        """An answer with a passage after it, before it, strewn into it, or the passage alone."""
        host = self._one(self.hosts)
        host = host.keep(np.arange(len(host)) < _HOST)
        kind = str(self.random.choice(_KINDS, p=_SHARES))
        if kind == "strewn":
            text = self.bowl.strewn(host, int(self.random.integers(5, 13)))
            return Salad(question, text, np.ones(len(text), dtype=np.bool_), np.empty(0, dtype=np.int64))
        passage = self._passage(kind, host)
        if self.random.random() < 0.5:
            passage.gaps[0] = GAP_SENTENCE
        place = self.random.random()
        kinds, gaps = ([], []) if place < 0.2 else (list(host.kinds), host.gap.tolist())
        before = 0 if place < 0.4 else len(kinds)
        if gaps:
            gaps[0] = GAP_SENTENCE
        kinds[before:before], gaps[before:before] = passage.kinds, passage.gaps
        at = np.arange(len(kinds))
        made_up = (at >= before) & (at < before + len(passage.kinds))
        starts = np.array([before + start for start in passage.starts], dtype=np.int64)
        return Salad(question, units_of_kinds(kinds, np.array(gaps)), made_up, starts)

    def _one(self, texts: Sequence[Units]) -> Units:
        return texts[int(self.random.integers(len(texts)))]

    def _passage(self, kind: str, host: Units) -> Passage:
        if kind == "pieces":
            return self._pieces()
        if kind == "shuffled":
            return self.bowl.shuffled()
        if kind == "framed":
            gap = _GAPS[int(self.random.integers(len(_GAPS)))]
            return self.bowl.framed(int(self.random.integers(4, 10)), [_padding(host)], gap)
        source = self._one(self.strangers) if kind == "foreign" and self.strangers else _padding(host)
        begin = int(self.random.integers(max(1, len(source) - _PASSAGE + 20)))
        end = begin + _PASSAGE
        return Passage(list(source.kinds[begin:end]), source.gap[begin:end].tolist(), [])

    def _pieces(self) -> Passage:
        gap = _GAPS[int(self.random.integers(len(_GAPS)))]
        # Now and then of answers that nobody has seen.
        answers = None if self.random.random() < 0.7 else self.hosts
        if self.random.random() < _NUMBERED:
            return self.bowl.numbered(int(self.random.integers(5, 15)), gap)
        kind = self.random.random()
        if kind < 0.5:
            return self.bowl.snippets(int(self.random.integers(4, 10)), 5, 12, gap, answers)
        count = int(self.random.integers(5, 15))
        if kind < 0.75:
            return self.bowl.key_words(count, gap)
        return self.bowl.snippets(count, 1, 5, gap, answers)


def _padding(host: Units) -> Units:
    return raw_units_of(_PADDING["en" if 2 * int(host.latin.sum()) > len(host) else "zh"])
