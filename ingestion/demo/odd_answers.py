"""Answers that are planted for the signals: lists of phrases, copies, strange speech. None changes a score.

A list carries the same phrases and cues as the answer would; a copy is of somebody who earned exactly the
same; a strange pace is given where the pace is not judged or lies outside the band already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ingestion.demo.abilities import RoleModel
from ingestion.demo.interviews import TEXT, Sessions
from ingestion.demo.matching import units
from ingestion.demo.plan import Block, Bools, Floats, Ints, Planted
from ingestion.demo.policy import PACE

if TYPE_CHECKING:
    from ingestion.demo.content import Spoken

KINDS = ("", "stuffed", "copied", "fast", "slow", "brief", "halting")
NORMAL_SPEECH, STUFFED, COPIED, FAST, SLOW, BRIEF, HALTING = range(len(KINDS))
LISTED_AT_LEAST = 12
"""Phrases of a list; a shorter one is gone through again."""
LITTLE = 0.5
"""Who earns less than this share of what can be earned may be brief."""
COPIED_UNITS = 70
"""Shorter answers are not worth copying."""
_END_OF_SENTENCE = re.compile(r"(?<=。)|(?<=[.!?] )")


@dataclass
class OddAnswers:
    """kind (N, Q) of each answer; strength (N, Q) from 0 to 1; copied_from (N, Q): a row, -1 for none."""

    kind: Ints
    strength: Floats
    copied_from: Ints

    def named(
        self, interview_ids: Sequence[str], question_ids: Sequence[str]
    ) -> dict[str, list[dict[str, str]]]:
        """Interview and question of each by the name of its kind, and whose answer a copy is of."""
        found: dict[str, list[dict[str, str]]] = {}
        for row, at in np.argwhere(self.kind > NORMAL_SPEECH).tolist():
            entry = {"interview_id": interview_ids[row], "question_id": question_ids[at]}
            if self.kind[row, at] == COPIED:
                entry["copied_from"] = interview_ids[self.copied_from[row, at]]
            found.setdefault(KINDS[self.kind[row, at]], []).append(entry)
        return found


def draw_odd(
    block: Block, sessions: Sessions, is_normal: Bools, model: RoleModel, levels: Ints, planted: Planted
) -> OddAnswers:
    """Draws which of the normal answers (N, Q) of completed interviews are odd, each kind at its rate."""
    rng = block.rng(15)
    shape = is_normal.shape
    draws = rng.random(shape)
    rates = (planted.stuffed_rate, planted.copied_rate, planted.fast_rate, planted.slow_rate)
    edges = np.cumsum([*rates, planted.brief_rate, planted.halting_rate])
    kind = np.select([draws < edge for edge in edges], range(STUFFED, len(KINDS)), NORMAL_SPEECH)
    spoken = np.broadcast_to((sessions.modality != TEXT)[:, None], shape)
    is_free, phrases, earned = _judged(model, levels, shape)
    possible = {
        STUFFED: phrases >= 3,
        FAST: spoken & is_free,
        SLOW: spoken & is_free,
        BRIEF: spoken & (earned < LITTLE),
        HALTING: spoken,
    }
    for odd, where in possible.items():
        kind[(kind == odd) & ~where] = NORMAL_SPEECH
    kind[~is_normal | ~sessions.is_completed[:, None]] = NORMAL_SPEECH
    return OddAnswers(kind, rng.random(shape), np.full(shape, -1))


def _judged(model: RoleModel, levels: Ints, shape: tuple[int, ...]) -> tuple[Bools, Ints, Floats]:
    """(N, Q) whether a strange pace costs nothing, how many phrases and stages are said, and their share."""
    is_free = np.ones(shape, dtype=bool)
    said = np.zeros(shape, dtype=np.int64)
    share = np.zeros(shape)
    is_pace = np.array([kind == PACE for kind in model.kind])
    for at in range(shape[1]):
        mine = model.question == at
        is_free[:, at] = (levels[:, mine & is_pace] == 0).all(axis=1)
        said[:, at] = levels[:, mine & ~is_pace].sum(axis=1)
        share[:, at] = said[:, at] / model.trials[mine & ~is_pace].sum()
    return is_free, said, share


def as_list(texts: Sequence[str], spoken: Spoken) -> tuple[str, int]:
    """The phrases and cues of JSON-escaped pieces as a mere list, escaped, and its units."""
    found = [phrase for text in texts for phrase in spoken.wanted.in_order(json.loads(f'"{text}"'))]
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in "".join(found))
    times = -(-LISTED_AT_LEAST // max(len(found), 1))
    text = ("，" if is_chinese else ", ").join(found * times)
    return json.dumps(text, ensure_ascii=False)[1:-1], units(text, "zh" if is_chinese else "en")


def copy_answers(
    odd: OddAnswers,
    at: int,
    rows: Ints,
    texts: npt.NDArray[np.object_],
    lengths: Ints,
    h: Floats,
    spoken: Spoken,
    lang: str,
) -> None:
    """Lets those who copy say, with small changes, what somebody else said who earned the same.

    `rows` answered question `at` in this language and earned `h` (R, k); `texts` and `lengths` (N,) change.
    Where nobody earned the same, nothing is copied.
    """
    copying = odd.kind[rows, at] == COPIED
    if not copying.any():
        return
    earned = [tuple(row) for row in np.nan_to_num(h, nan=-1.0).round(9).tolist()]
    models: dict[tuple[float, ...], list[int]] = {}
    for number, row in enumerate(rows.tolist()):
        if odd.kind[row, at] == NORMAL_SPEECH and lengths[row] >= COPIED_UNITS:
            models.setdefault(earned[number], []).append(row)
    for number in np.flatnonzero(copying).tolist():
        row = int(rows[number])
        found = models.get(earned[number])
        if not found:
            odd.kind[row, at] = NORMAL_SPEECH
            continue
        strength = odd.strength[row, at]
        model = found[int(strength * len(found))]
        odd.copied_from[row, at] = model
        text = _changed(json.loads(f'"{texts[model]}"'), spoken, strength)
        texts[row] = json.dumps(text, ensure_ascii=False)[1:-1]
        lengths[row] = units(text, lang)


def _changed(text: str, spoken: Spoken, strength: float) -> str:
    """Asides before one to three sentences; the last sentence is left out where it carries nothing."""
    sentences = [sentence for sentence in _END_OF_SENTENCE.split(text) if sentence]
    if len(sentences) > 4 and not spoken.wanted.any(sentences[-1]):
        sentences.pop()
    for turn in range(1 + int(3 * strength) if spoken.asides else 0):
        place = (1 + 2 * turn) % len(sentences)
        aside = spoken.asides[int(strength * 1000 + turn) % len(spoken.asides)]
        sentences[place] = aside + sentences[place]
    return "".join(sentences)
