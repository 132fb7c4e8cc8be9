"""Sentences put together so that an answer earns exactly the levels that were drawn for it."""

from __future__ import annotations

import numpy as np

from ingestion.demo.abilities import RoleModel
from ingestion.demo.content import STAGES, Pieces, Recipes, Spoken
from ingestion.demo.odd_answers import BRIEF, STUFFED, as_list
from ingestion.demo.plan import Bools, Floats, Ints
from ingestion.demo.policy import PHRASES, STRUCTURE

OUT_OF_ORDER = 0.8
"""Factor of a structure whose stages come in another order (scoring.md, section 2)."""
OUT_OF_ORDER_RATE = 0.1


def say(
    rng: np.random.Generator,
    model: RoleModel,
    mine: Ints,
    spoken: Spoken,
    levels: Ints,
    is_foreign: Bools,
    talkative: Floats,
    negated_rate: float,
    odd: Ints,
) -> tuple[list[str], list[str], Ints, Floats]:
    """R answers to one question in one language, earning `levels` (R, k) of its k criteria `mine`.

    Returns the texts, the texts of a first, weaker attempt, the units spoken (R,) and the h earned (R, k),
    nan where only the clock can tell. Order: opening, definition, phrases, solution, the rest, verification.
    `odd` (R,) says whose answer is a mere list of the same phrases, and who says no more than is needed.
    """
    size = len(levels)
    h = np.full(levels.shape, np.nan)
    kinds = [model.kind[k] for k in mine.tolist()]
    structure = kinds.index(STRUCTURE) if STRUCTURE in kinds else -1
    present = levels[:, structure] if structure >= 0 else rng.integers(0, len(STAGES), size)
    slots, earned = _stages(rng, spoken, present)
    if structure >= 0:
        h[:, structure] = earned
    phrases: list[tuple[Pieces, Ints]] = []
    negated: list[tuple[Pieces, Ints]] = []
    scored = [column for column, kind in enumerate(kinds) if kind == PHRASES]
    for column, recipes, denied in zip(scored, spoken.recipes, spoken.negated, strict=True):
        level = _reachable(recipes, levels[:, column], rng.random(size))
        h[:, column] = level / model.trials[mine[column]]
        at = recipes.start[level] + np.floor(rng.random(size) * recipes.count[level]).astype(np.int64)
        phrases.append((recipes.pieces, at))
        negated.append((denied, _some(rng, denied, (level == 0) & (rng.random(size) < negated_rate))))
    opening = (spoken.openings, _some(rng, spoken.openings, np.ones(size, dtype=bool)))
    filler = (spoken.fillers, _some(rng, spoken.fillers, talkative > 0.15))
    is_talking = odd != BRIEF
    order = (
        opening,
        (spoken.stages, slots[0]),
        *phrases,
        (spoken.stages, slots[1]),
        (spoken.details, _some(rng, spoken.details, (talkative > 0.35) & is_talking)),
        _only(filler, is_talking),
        (spoken.foreign, _some(rng, spoken.foreign, is_foreign & is_talking)),
        *(_only(pieces, is_talking) for pieces in negated),
        (spoken.details, _some(rng, spoken.details, (talkative > 0.8) & is_talking)),
        (spoken.stages, slots[2]),
    )
    units = np.sum([pieces.units[at] for pieces, at in order], axis=0)
    texts = _join(order)
    carriers = ((spoken.stages, slots[0]), *phrases, (spoken.stages, slots[1]), (spoken.stages, slots[2]))
    for row in np.flatnonzero(odd == STUFFED).tolist():
        texts[row], units[row] = as_list([pieces.texts[at[row]] for pieces, at in carriers], spoken)
    return texts, _join((opening, filler)), units, h


def _only(chosen: tuple[Pieces, Ints], wanted: Bools) -> tuple[Pieces, Ints]:
    """The chosen pieces where wanted, else the empty one."""
    pieces, at = chosen
    return pieces, np.where(wanted, at, len(pieces))


def _join(order: tuple[tuple[Pieces, Ints], ...]) -> list[str]:
    """The chosen pieces of each answer, one after another."""
    parts = [[pieces.texts[at] for at in chosen.tolist()] for pieces, chosen in order]
    return list(map("".join, zip(*parts, strict=True)))


def _some(rng: np.random.Generator, pieces: Pieces, wanted: Bools) -> Ints:
    """A piece each where wanted, else the empty one."""
    at = np.floor(rng.random(len(wanted)) * len(pieces)).astype(np.int64)
    return np.where(wanted, at, len(pieces))


def _reachable(recipes: Recipes, levels: Ints, draws: Floats) -> Ints:
    """Levels that some combination of sentences reaches, the same on average as those that were asked for."""
    is_above = draws < recipes.above_share[levels]
    reached: Ints = np.where(is_above, recipes.above[levels], recipes.below[levels])
    return reached


def _stages(rng: np.random.Generator, spoken: Spoken, wanted: Ints) -> tuple[list[Ints], Floats]:
    """Pieces for the three places of a structure, and the h (R,) that it earns.

    `wanted` stages are chosen at random; now and then the answer tells them from the end.
    """
    size, count = len(wanted), len(STAGES)
    ranks = rng.random((size, count)).argsort(axis=1).argsort(axis=1)
    present = (ranks < wanted[:, None]) & (spoken.stage_count > 0)
    pieces = spoken.stage_start + np.floor(rng.random((size, count)) * spoken.stage_count).astype(np.int64)
    chosen = np.where(present, pieces, len(spoken.stages))
    told = present.sum(axis=1)
    is_reversed = (told >= 2) & (rng.random(size) < OUT_OF_ORDER_RATE)
    chosen = np.where(is_reversed[:, None], chosen[:, ::-1], chosen)
    return [chosen[:, place] for place in range(count)], told / count * np.where(
        is_reversed, OUT_OF_ORDER, 1.0
    )
