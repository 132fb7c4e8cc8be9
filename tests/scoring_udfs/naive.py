"""scoring.md sections 1 and 2, written as plainly as can be: slow, position by position, no cleverness.

Independent of scoring_udfs on purpose: the tests hold the fast kernels against it.
"""

from __future__ import annotations

import re
import unicodedata

LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789")
CUTS = set("。！？；，,.!?;")
STAGES = ["definition", "solution", "verification"]


def normalise(text):
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())


def occurrences(text, phrase):
    return [i for i in range(len(text) - len(phrase) + 1) if text[i : i + len(phrase)] == phrase]


def bounded(text, start, end):
    before = text[start - 1] if start > 0 else " "
    after = text[end] if end < len(text) else " "
    return before not in LETTERS and after not in LETTERS


def found(text, phrase, lang):
    """Starts of a phrase, cue or exception of a language in a normalised text."""
    phrase = normalise(phrase)
    starts = occurrences(text, phrase)
    if lang == "zh":
        return starts
    if phrase in ("n't", "n’t"):
        return [s for s in starts if s + 3 == len(text) or text[s + 3] not in LETTERS]
    return [s for s in starts if bounded(text, s, s + len(phrase))]


def negated(text, start, cues):
    """cues: rows of the seed. Whether the occurrence that starts at `start` is negated."""
    covered = []
    for row in cues:
        if row["kind"] == "exception":
            for s in found(text, row["cue"], row["lang"]):
                covered.append((s, s + len(normalise(row["cue"]))))
    for row in cues:
        if row["kind"] != "cue":
            continue
        window_start = max(0, start - (6 if row["lang"] == "zh" else 20))
        for i in range(window_start, start):
            if text[i] in CUTS:
                window_start = i + 1
        for s in found(text, row["cue"], row["lang"]):
            e = s + len(normalise(row["cue"]))
            excepted = any(a <= s and e <= b for a, b in covered)
            if window_start <= s and e <= start and not excepted:
                return True
    return False


def phrase_hits(text, phrases, cues):
    """phrases: (phrase, lang) of one criterion. Counted and negated (normalised phrase, start, end)."""
    counted, denied = set(), set()
    for phrase, lang in phrases:
        for s in found(text, phrase, lang):
            hit = (normalise(phrase), s, s + len(normalise(phrase)))
            (denied if negated(text, s, cues) else counted).add(hit)
    return counted, denied


def structure(text, stage_cues):
    """stage_cues: rows of the seed. (stages present, h)."""
    firsts = []
    for stage in STAGES:
        starts = [
            s for row in stage_cues if row["stage"] == stage for s in found(text, row["phrase"], row["lang"])
        ]
        if starts:
            firsts.append(min(starts))
    h = len(firsts) / 3
    if len(firsts) >= 2 and firsts != sorted(firsts):
        h = h * 0.8
    return len(firsts), h


def language(text, lang):
    if lang:
        return lang
    if text is None:
        return None
    return "zh" if any(is_cjk(c) for c in normalise(text)) else "en"


def is_cjk(character):
    return 0x3400 <= ord(character) <= 0x4DBF or 0x4E00 <= ord(character) <= 0x9FFF


def units(text, lang):
    text = normalise(text)
    return sum(map(is_cjk, text)) if lang == "zh" else len(re.findall(r"[a-z0-9']+", text))


def pace(per_minute, band):
    low, high = band["low"], band["high"]
    if low <= per_minute <= high:
        return 1.0
    if per_minute < low:
        if per_minute <= band["outer_low"]:
            return 0.0
        return (per_minute - band["outer_low"]) / (low - band["outer_low"])
    if per_minute >= band["outer_high"]:
        return 0.0
    return (band["outer_high"] - per_minute) / (band["outer_high"] - high)


def score(seeds, question_id, text, lang=None, answer_seconds=None, pause_seconds=None, skipped=None):
    """seeds: name → rows (dicts of real numbers). (criterion_id, hits, h) of every criterion in order."""
    rubric = {row["question_id"]: row["rubric_id"] for row in seeds["questions"]}.get(question_id)
    is_skipped = bool(skipped) or (text is not None and normalise(text).strip() == "")
    is_missing = text is None and not skipped
    lang = language(text, lang)
    time = None if answer_seconds is None else answer_seconds - (pause_seconds or 0)
    rows = []
    for criterion in seeds["criteria"]:
        if criterion["rubric_id"] != rubric:
            continue
        hits, h = 0, None
        if is_missing:
            pass
        elif is_skipped:
            h = None if criterion["kind"] == "pace" else 0.0
        elif criterion["kind"] == "phrases":
            phrases = [
                (row["phrase"], row["lang"])
                for row in seeds["phrases"]
                if row["criterion_id"] == criterion["criterion_id"]
            ]
            counted, _ = phrase_hits(normalise(text), phrases, seeds["negation_cues"])
            hits = len({phrase for phrase, _, _ in counted})
            h = min(1.0, hits / criterion["min_phrases"])
        elif criterion["kind"] == "structure":
            hits, h = structure(normalise(text), seeds["stage_cues"])
        elif time is not None and time > 0:
            bands = {row["lang"]: row for row in seeds["pace_bands"]}
            if lang in bands:
                h = pace(units(text, lang) * 60.0 / time, bands[lang])
        rows.append((criterion["criterion_id"], hits, h))
    return rows
