"""What people try when a machine rates them: the same answer with something added that answers nothing."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

_FILLER = {
    "zh": [
        "这个问题非常重要，值得我们认真思考。",
        "总而言之，我认为这是一个很好的问题。",
        "今天天气很好，我们一起去公园散步吧。",
    ],
    "en": [
        "This is a very important question.",
        "In conclusion, I believe that it was good.",
        "We went for a walk in the park.",
    ],
}
_WORD = re.compile(r"[a-z]{4,}|[\u4e00-\u9fff]+")


def key_phrases(texts: Sequence[str], ratings: Sequence[float], language: str, count: int = 20) -> list[str]:
    """Words (en) or two to four characters (zh) that are commoner in the upper half of the answers."""
    middle = sorted(ratings)[len(ratings) // 2]
    good: Counter[str] = Counter()
    rest: Counter[str] = Counter()
    for text, rating in zip(texts, ratings, strict=True):
        (good if rating >= middle else rest).update(_phrases(text.lower(), language))
    ranked = sorted(good, key=lambda phrase: (rest[phrase] - good[phrase], phrase))
    return ranked[:count]


def _phrases(text: str, language: str) -> set[str]:
    found = set()
    for run in _WORD.findall(text):
        if language == "en":
            found.add(run)
        else:
            found |= {run[at : at + n] for n in (2, 3, 4) for at in range(len(run) - n + 1)}
    return found


def attacked(text: str, phrases: Sequence[str], language: str, dice: random.Random) -> dict[str, str]:
    """The name of each attack, and the text after it."""
    stop, comma = ("。", "，") if language == "zh" else (". ", ", ")
    chosen = dice.sample(list(phrases), min(12, len(phrases)))
    filler = dice.sample(_FILLER[language], 2)
    return {
        "repeated": stop.join([text] * 3),
        "punctuation": text + "！？…," * 50,
        "key words with spaces": f"{text} {' '.join(chosen)}",
        "key words with commas": f"{text}{stop}{comma.join(chosen)}",
        "key words thrice": f"{text} {' '.join(chosen * 3)}",
        "key words first": f"{' '.join(chosen)}{stop}{text}",
        "filler": f"{text}{stop}{''.join(filler)}",
        "much filler": f"{text}{stop}{''.join(_FILLER[language] * 8)}",
    }
