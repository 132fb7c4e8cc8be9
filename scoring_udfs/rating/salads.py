"""Makes up passages that are no answer, for the guard to learn from: salads of words, foreign sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring_udfs.rating.units import (
    GAP_COMMA,
    GAP_NONE,
    GAP_SPACE,
    Unit,
    Units,
    raw_units_of,
    units_of_kinds,
)

_KEY_PHRASES = 80
_SHORTEST_TEXT = 5  # that passages are made from
_HOST = 40
_SALADS = 2
_PASSAGE = 40

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
    """A genuine beginning of an answer to `question` with a made-up passage from unit `start` on."""

    question: str
    text: Units
    start: int
    taken_from: Units | None  # the answer to another question that the passage is from


def salads_of(questions: Mapping[str, Sequence[Units]], seed: int) -> list[Salad]:
    """For each answer passages of its question's words in no order, one of another answer, or padding."""
    random = np.random.default_rng(seed)
    usable = {
        name: [text for text in texts if len(text) >= _SHORTEST_TEXT] for name, texts in questions.items()
    }
    strangers = [(name, text) for name, texts in usable.items() for text in texts]
    made: list[Salad] = []
    for name, texts in usable.items():
        if not texts:
            continue
        bowl = _Bowl(texts, random)
        for number in range(len(texts)):
            for _ in range(_SALADS):
                kinds, gaps = bowl.salad()
                made.append(_appended(name, bowl.answer(), units_of_kinds(kinds, np.array(gaps)), None))
            other, stranger = strangers[int(random.integers(len(strangers)))]
            if other != name:
                made.append(_appended(name, bowl.answer(), _part(stranger, random), stranger))
            if number % 2 == 0:
                host = bowl.answer()
                made.append(_appended(name, host, _part(_padding(host), random), None))
    return made


def _part(text: Units, random: np.random.Generator) -> Units:
    begin = int(random.integers(max(1, len(text) - _PASSAGE)))
    at = np.arange(len(text))
    return text.keep((at >= begin) & (at < begin + _PASSAGE))


def _padding(host: Units) -> Units:
    return raw_units_of(_PADDING["en" if 2 * int(host.latin.sum()) > len(host) else "zh"])


def _appended(question: str, host: Units, passage: Units, taken_from: Units | None) -> Salad:
    kinds = [*host.kinds[:_HOST], *passage.kinds]
    gaps = np.concatenate([host.gap[:_HOST], passage.gap])
    return Salad(question, units_of_kinds(kinds, gaps), min(len(host), _HOST), taken_from)


class _Bowl:
    """The words of the answers to one question."""

    def __init__(self, answers: Sequence[Units], random: np.random.Generator) -> None:
        self.answers = answers
        self.random = random
        self.content, self.phrases = _frequent(answers)

    def answer(self) -> Units:
        return self.answers[int(self.random.integers(len(self.answers)))]

    def salad(self) -> tuple[list[Unit], list[int]]:
        """Key phrases, snippets of answers, or an answer shuffled; glued, spaced or with commas."""
        gap = (GAP_NONE, GAP_SPACE, GAP_COMMA)[int(self.random.integers(3))]
        kind = int(self.random.integers(4))
        if kind == 0:
            answer = self.answer()
            shuffled = [answer.kinds[at] for at in self.random.permutation(len(answer))[:_PASSAGE]]
            pauses = self.random.random(len(shuffled)) < 0.2
            return shuffled, [
                _gap(one, gap if pause else GAP_NONE) for one, pause in zip(shuffled, pauses, strict=True)
            ]
        kinds: list[Unit] = []
        gaps: list[int] = []
        for _ in range(int(self.random.integers(4, 15))):
            phrase = self._snippet() if kind == 1 else self._key_phrase()
            kinds += phrase
            gaps += [_gap(one, gap if at == 0 else GAP_NONE) for at, one in enumerate(phrase)]
        return kinds, gaps

    def _key_phrase(self) -> tuple[Unit, ...]:
        phrases = self.content if self.random.random() < 0.6 and self.content else self.phrases
        return phrases[int(self.random.integers(len(phrases)))] if phrases else self._snippet()

    def _snippet(self) -> tuple[Unit, ...]:
        answer = self.answer()
        start = int(self.random.integers(len(answer)))
        return answer.kinds[start : start + 1 + int(self.random.integers(4))]


def _gap(unit: Unit, gap: int) -> int:
    """Words are never glued together."""
    return GAP_SPACE if unit.latin and gap == GAP_NONE else gap


def _frequent(answers: Sequence[Units]) -> tuple[list[tuple[Unit, ...]], list[tuple[Unit, ...]]]:
    """The phrases that most answers hold: those without function words, and any.

    Phrases have up to four units; a single one only when it is a word.
    """
    counted: Counter[tuple[Unit, ...]] = Counter()
    for answer in answers:
        kinds = answer.kinds
        found = {kinds[at : at + length] for length in (2, 3, 4) for at in range(len(kinds) - length + 1)}
        counted.update(found | {(kind,) for kind in kinds if kind.latin})
    # Half of all phrases occur once; they would only cost time in the sort.
    ranked = sorted(
        ((phrase, held) for phrase, held in counted.items() if held > 1),
        key=lambda pair: (-pair[1], [kind.hash for kind in pair[0]]),
    )
    content = [phrase for phrase, _ in ranked if not any(kind.function for kind in phrase)]
    return content[:_KEY_PHRASES], [phrase for phrase, _ in ranked[:_KEY_PHRASES]]
