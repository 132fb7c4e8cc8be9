"""What the tokens of a recogniser spell: pieces of words, single bytes, and bytes written as letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

# The letters that stand for the 256 bytes in byte-level BPE of icefall (its byte_utils.py, Apache-2.0).
_BYTE_LETTERS = [
    *range(256, 288),
    *range(32, 127),
    *range(288, 306),
    *range(308, 319),
    *range(321, 329),
    *range(330, 383),
    *range(384, 423),
]
_BYTE_OF = {chr(code): byte for byte, code in enumerate(_BYTE_LETTERS)}
_RAW_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_WORD_STARTS = "▁"
_GOES_ON = "@@"
_LATIN = re.compile(r"[0-9A-Za-z'’À-ɏ]")


@dataclass(frozen=True)
class Heard:
    """N tokens: which stand for something spoken; the words as (text, first token, last token).

    `words` is None when the tokens do not spell the text, so that nothing tells when a word of it was said.
    """

    is_spoken: list[bool]
    words: list[tuple[str, int, int]] | None


def letters(text: str) -> str:
    """What is spoken of a text: letters and digits, in lower case."""
    return "".join(filter(str.isalnum, text.casefold()))


def heard(tokens: list[str], text: str) -> Heard:
    """What N tokens say; `text` is the recogniser's own reading of them, by which ours is checked."""
    wanted = letters(text)
    joins = any(token.endswith(_GOES_ON) for token in tokens)
    for spell in (_plainly, _from_byte_letters):
        spelled = spell(tokens)
        if spelled is not None and letters("".join(said for said, _ in spelled)) == wanted:
            return _grouped(tokens, spelled, joins)
    spelled = _plainly(tokens) or []
    spoken = [letters(said) for said, _ in spelled]
    if len("".join(spoken)) == len(wanted) and all(len(said) <= 1 for said in spoken):
        # Character by character, but some were put right afterwards: the text's own count.
        place = iter(wanted)
        return _grouped(
            tokens,
            [(next(place) if said else "", first) for said, (_, first) in zip(spoken, spelled, strict=True)],
            joins,
        )
    return Heard([bool(letters(token)) for token in tokens], None)


def _plainly(tokens: list[str]) -> list[tuple[str, int]] | None:
    """Tokens as they are written; <0xE8> is a byte of the next character."""

    def as_bytes(token: str) -> bytes:
        raw = _RAW_BYTE.fullmatch(token)
        if raw:
            return bytes.fromhex(raw[1])
        return token.removesuffix(_GOES_ON).replace(_WORD_STARTS, " ").encode("utf-8", "surrogatepass")

    return _decoded(tokens, as_bytes)


def _from_byte_letters(tokens: list[str]) -> list[tuple[str, int]] | None:
    """Tokens whose every letter stands for a byte; None when some does not."""
    if not all(letter in _BYTE_OF or letter == _WORD_STARTS for token in tokens for letter in token):
        return None

    def as_bytes(token: str) -> bytes:
        return bytes(0x20 if letter == _WORD_STARTS else _BYTE_OF[letter] for letter in token)

    return _decoded(tokens, as_bytes)


def _decoded(tokens: list[str], as_bytes: Callable[[str], bytes]) -> list[tuple[str, int]] | None:
    """For each token the characters that it completes, and the token in which they began."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    spelled: list[tuple[str, int]] = []
    began: int | None = None
    try:
        for place, token in enumerate(tokens):
            said = decoder.decode(as_bytes(token))
            spelled.append((said, place if began is None else began))
            is_open = bool(decoder.getstate()[0])
            began = (place if began is None or said else began) if is_open else None
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return spelled


def _grouped(tokens: list[str], spelled: list[tuple[str, int]], joins: bool) -> Heard:
    """Pieces of a Latin word together; what is only punctuation, space or an open character is no word."""
    words: list[tuple[str, int, int]] = []
    is_spoken = [False] * len(tokens)
    is_open = False
    for place, (said, first) in enumerate(spelled):
        word = said.strip()
        if not letters(said):
            is_open = is_open and not said
            continue
        for at in range(first, place + 1):
            is_spoken[at] = True
        if is_open and words and not said.startswith(" "):
            before, began, last = words[-1]
            both = _LATIN.match(before[-1]) and _LATIN.match(word)
            if tokens[last].endswith(_GOES_ON) if joins else both:
                words[-1] = (before + word, began, place)
                continue
        words.append((word, first, place))
        is_open = not said.endswith(" ")
    return Heard(is_spoken, words)
