"""What kinds of units there are: a CJK character, or a word, stemmed lightly; known by a 64-bit hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
# Closed-class words: facts of the two languages, not a policy. In a list of key words they are missing.
_FUNCTION_ZH = (
    "的了是在和与为有不可以会也就而且因所如果对于从到被把将要等及其这那它他们我你之或者但则即由此并让使得给"
    "用一个能时后中上下里"
    # The same in traditional characters.
    "為與會對於從將這們並讓給個時後裡"
)
_FUNCTION_EN = (
    "a an the of to in on at by for from with without and or but if because so then than that this these "
    "those it its they them their he she his her we our i my you your is are was were be been being has have "
    "had do does did can could will would should may might must not no as into about when where which who "
    "what how why there here also more most some any each other such only very just over under between "
    "during through after before while both"
)
_NEGATIONS = frozenset("不没无非未沒無") | frozenset(
    ("not", "no", "nor", "never", "none", "nothing", "neither", "without", "cannot")
)
_NOT = "n't"


# Columns of Units, as bytes of one kind of unit: joined, they are those of a text.
COLUMNS = np.dtype(
    [("hash", np.uint64), *((name, np.bool_) for name in ("function", "latin", "digit", "negation"))]
)


@dataclass(frozen=True)
class Unit:
    """One kind of unit; equal units share one."""

    hash: int
    function: bool
    latin: bool  # a word, not a CJK character
    columns: bytes  # by COLUMNS
    spelling: bytes  # hashes of the character 3- to 5-grams of a word; empty for CJK

    def __hash__(self) -> int:
        """Its hash is one already."""
        return self.hash


@lru_cache(maxsize=1 << 18)
def kind_of(word: str) -> Unit:
    """Of a CJK character or a word, in lower case."""
    latin = not re.match(f"[{CJK}]", word)
    stemmed = stem(word) if latin else word
    spelling = b""
    if latin:
        framed = f"<{word[:40]}>"
        parts = [framed[i : i + n] for n in (3, 4, 5) for i in range(len(framed) - n + 1)]
        spelling = np.array([_hash("~" + part) for part in parts], dtype=np.uint64).tobytes()
    negation = word in _NEGATIONS or word.endswith(_NOT)
    # Of “they're” and “we'll” the first half tells.
    function = word.endswith(_NOT) or stem(word.partition("'")[0]) in _function_words()
    number = _hash(stemmed)
    columns = np.array((number, function, latin, word[0].isdigit(), negation), dtype=COLUMNS)
    return Unit(number, function, latin, columns.tobytes(), spelling)


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(_FUNCTION_ZH) | frozenset(stem(word) for word in _FUNCTION_EN.split())


def stem(word: str) -> str:
    """An English word without its commonest endings: 's, plural, -ed, -ing, -ly, e and y (after Porter)."""
    word = word.removesuffix("'s")
    if len(word) <= 3 or not (word.isascii() and word.isalpha()):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if word.endswith(ending):
            return word[: -len(ending)] + ("i" if instead == "y" else instead)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            word = root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word
