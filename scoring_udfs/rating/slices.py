"""How the cross-validated ratings fare on slices of the answers that the texts themselves show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from scoring_udfs.rating.agreement import figures
from scoring_udfs.rating.evidence import HeldOut
from scoring_udfs.rating.report import Group
from scoring_udfs.rating.units import Units


def slices(texts: Sequence[Units], seen: HeldOut | None) -> tuple[Group, ...]:
    """By language and by thirds of length; `texts` runs in step with what was seen."""
    if seen is None:
        return ()
    lengths = np.array([len(text) for text in texts])
    thirds = np.quantile(lengths, [1 / 3, 2 / 3])
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows["language", language_of(text)].append(row)
        rows["length", ("short", "middle", "long")[int((lengths[row] > thirds).sum())]].append(row)
    return tuple(
        Group(
            name, value, figures(seen.ratings[found], seen.model[found]),
            float((seen.model[found] - seen.ratings[found]).mean()),
        )
        for (name, value), found in sorted(rows.items())
    )  # fmt: skip


def language_of(text: Units) -> str:
    """`zh` or `en` by most of the units, `none` for a text without any."""
    if not len(text):
        return "none"
    return "en" if 2 * int(text.latin.sum()) > len(text) else "zh"
