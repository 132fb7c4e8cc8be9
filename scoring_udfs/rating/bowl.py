"""The words of the answers to one question, and what can be made of them that is no sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring_udfs.rating.kinds import Unit
from scoring_udfs.rating.units import GAP_NONE, GAP_SPACE, Units, raw_units_of, units_of_kinds

_KEY_PHRASES = 80
_LONGEST_SHUFFLED = 60

Phrase = tuple[Unit, ...]
Piece = tuple[Phrase, list[int]]  # units, and what stands before each


@dataclass(frozen=True)
class Phrases:
    """The phrases that most answers to a question hold: those without function words, and any."""

    content: list[Phrase]
    every: list[Phrase]

    @classmethod
    def of(cls, answers: Sequence[Units]) -> Phrases:
        """Phrases have two to four units; a single one only when it is a word."""
        counted: Counter[Phrase] = Counter()
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
        return cls(content[:_KEY_PHRASES], [phrase for phrase, _ in ranked[:_KEY_PHRASES]])


@dataclass(frozen=True)
class Passage:
    """Units with what stands before each; `starts`: those that begin a piece."""

    kinds: list[Unit]
    gaps: list[int]
    starts: list[int]

    @classmethod
    def of(cls, pieces: Sequence[Piece], gap: int) -> Passage:
        """Pieces one after the other with `gap` between; words are never glued together."""
        made = cls([], [], [])
        for phrase, gaps in pieces:
            made.starts.append(len(made.kinds))
            made.kinds.extend(phrase)
            made.gaps.extend(
                GAP_SPACE if unit.latin and own == GAP_NONE else own
                for unit, own in zip(phrase, [gap, *gaps[1:]], strict=True)
            )
        return made


class Bowl:
    """Makes passages from answers; what comes next depends on `random` alone."""

    def __init__(self, answers: Sequence[Units], phrases: Phrases, random: np.random.Generator) -> None:
        self._answers = answers
        self._phrases = phrases
        self._random = random

    def key_words(self, count: int, gap: int) -> Passage:
        """Phrases that are common in answers."""
        return Passage.of([self._key_phrase() for _ in range(count)], gap)

    def snippets(
        self, count: int, shortest: int, longest: int, gap: int, answers: Sequence[Units] | None = None
    ) -> Passage:
        """Runs of `shortest` to `longest` - 1 units cut from answers wherever it falls, with their pauses."""
        pieces = [self._snippet(answers or self._answers, shortest, longest) for _ in range(count)]
        return Passage.of(pieces, gap)

    def numbered(self, count: int, gap: int) -> Passage:
        """Common phrases as a list with numbers."""
        number = [raw_units_of(str(at + 1)) for at in range(count)]
        pieces: list[Piece] = []
        for one in number:
            pieces += [_plain(one.kinds), self._key_phrase()]
        return Passage.of(pieces, gap)

    def framed(self, count: int, frames: Sequence[Units], gap: int) -> Passage:
        """Common phrases, each between a few words that say nothing."""
        pieces: list[Piece] = []
        for _ in range(count):
            pieces += [self._snippet(frames, 2, 6), self._key_phrase(), self._snippet(frames, 1, 5)]
        passage = Passage.of(pieces, GAP_NONE)
        for start in passage.starts[::3]:
            passage.gaps[start] = max(gap, passage.gaps[start])
        return passage

    def shuffled(self) -> Passage:
        """The units of an answer in no order."""
        answer = self.answer()
        order = self._random.permutation(len(answer))[:_LONGEST_SHUFFLED]
        return Passage.of([_plain((answer.kinds[at],)) for at in order], GAP_NONE)

    def strewn(self, host: Units, count: int) -> Units:
        """Common phrases here and there in a text."""
        kinds, gaps = list(host.kinds), host.gap.tolist()
        for _ in range(count):
            at = int(self._random.integers(len(kinds) + 1))
            phrase, _ = self._key_phrase()
            kinds[at:at] = phrase
            gaps[at:at] = [GAP_SPACE if unit.latin else GAP_NONE for unit in phrase]
        return units_of_kinds(kinds, np.array(gaps))

    def answer(self) -> Units:
        """Any of the answers."""
        return self._answers[int(self._random.integers(len(self._answers)))]

    def _key_phrase(self) -> Piece:
        every, content = self._phrases.every, self._phrases.content
        phrases = content if self._random.random() < 0.6 and content else every
        if not phrases:
            return self._snippet(self._answers, 1, 5)
        return _plain(phrases[int(self._random.integers(len(phrases)))])

    def _snippet(self, answers: Sequence[Units], shortest: int, longest: int) -> Piece:
        answer = answers[int(self._random.integers(len(answers)))]
        length = int(self._random.integers(shortest, longest))
        start = int(self._random.integers(max(1, len(answer) - length + 1)))
        return answer.kinds[start : start + length], answer.gap[start : start + length].tolist()


def _plain(phrase: Phrase) -> Piece:
    return phrase, [GAP_NONE] * len(phrase)
