"""Words that hold a sentence together (的, 了, the, of …), compiled into what the kernel looks them up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs.pace import count_cjk
from scoring_udfs.seeds import LANGUAGES, rows_of
from scoring_udfs.signals.characters import BASIC_PLANE, LETTERS, word_number

SEED = "function_words"


@dataclass(frozen=True)
class FunctionWords:
    """`characters[c]`: whether the code point c below U+10000 is one; `words`: numbers of words, sorted."""

    characters: npt.NDArray[np.bool_]
    words: npt.NDArray[np.uint64]

    @property
    def is_empty(self) -> bool:
        """Whether there are none, so that nothing can be said of their share."""
        return not len(self.words) and not self.characters.any()


def compile_function_words(seeds: Mapping[str, pa.Table]) -> FunctionWords:
    """The seed `function_words` (lang, word); without the seed there are none.

    Raises `RubricError`, one sentence, for a Chinese word of more than one character, or an English one that
    is no single word: only these can be told in one pass without a dictionary.
    """
    characters = np.zeros(BASIC_PLANE, dtype=np.bool_)
    words: set[int] = set()
    for row in rows_of(seeds, SEED, ("lang", "word")) if SEED in seeds else ():
        _, word = row.phrase("word")
        if row.choice("lang", LANGUAGES) == "zh":
            if len(word) != 1 or not count_cjk([word])[0]:
                raise row.complain("word", f"{word!r} is not one Chinese character")
            characters[ord(word)] = True
        else:
            if not set(word) <= set(LETTERS):
                raise row.complain("word", f"{word!r} is not one English word")
            words.add(word_number(word))
    return FunctionWords(characters, np.array(sorted(words), dtype=np.uint64))
