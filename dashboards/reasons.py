"""Why a row waits in quarantine, in the reader's language."""

from __future__ import annotations

import re

from dashboards.catalogue import DEFAULT_LANGUAGE, Words

# The data says the reason as an English sentence; these find what it names: a limit, the allowed values.
_NUMBER = r"-?[\d.,]+(?:e[+-]?\d+)?"
_DETAILS = {
    "limit.outside": re.compile(rf"is outside (?P<low>{_NUMBER})–(?P<high>{_NUMBER})$"),
    "limit.not_above": re.compile(rf"is not above (?P<low>{_NUMBER})$"),
    "limit.below": re.compile(rf"is below (?P<low>{_NUMBER})$"),
    "limit.above": re.compile(rf"is above (?P<high>{_NUMBER})$"),
    "limit.one_of": re.compile(r"is not one of (?P<values>.+)$"),
    "limit.fields": re.compile(r"the row has (?P<n>\d+) fields, the header has (?P<width>\d+)$"),
    "limit.lookup": re.compile(r"nothing in the table (?P<table>\S+) of this export"),
    "limit.longest": re.compile(r"a cell has more than (?P<n>[\d,]+) characters$"),
}
_OTHER = "broken"


def in_words(words: Words, code: str, reason: str) -> str:
    """The sentence of the data in English; elsewhere the words for its code with the limits that it names.

    A code without words of its own, and a reason that has none, keep the sentence.
    """
    if words.language != DEFAULT_LANGUAGE:
        return reason[:1].upper() + reason[1:]
    named = words.of("code", code)
    if code == _OTHER or named == code:
        return words("quarantine.how", how=named, what=reason)
    for key, pattern in _DETAILS.items():
        found = pattern.search(reason)
        if found:
            return words("quarantine.how", how=named, what=words(key, **found.groupdict()))
    return named
