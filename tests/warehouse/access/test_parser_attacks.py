"""What sqlglot and DuckDB may read differently shows no more than what both read alike."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.access import attacks, parser_attacks, worlds
from tests.warehouse.access.test_attacks import COLUMNS, answer, told_apart
from warehouse.marts import Marts

# Of the one a role sees all or some rows, of the other some or none.
MARTS = ["marts.interview_results", "people.candidates"]
# Chance would tell two worlds apart.
_BY_CHANCE = re.compile("random|sample|reservoir")
_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
OtherWorld = Callable[[str], Marts]


@pytest.mark.parametrize("role", worlds.ROLES)
def test_no_spelling_and_no_shape_shows_more_rows(
    world_marts: Marts, other_world: OtherWorld, role: str
) -> None:
    texts = [*parser_attacks.naming(MARTS), *parser_attacks.shapes(MARTS[:1])]
    assert len(texts) > 300
    assert told_apart(world_marts, other_world(role), role, texts) == []


def test_many_of_the_shapes_run_and_are_held_to_the_rows_of_the_role(world_marts: Marts) -> None:
    texts = [*parser_attacks.naming(MARTS[:1]), *parser_attacks.shapes(MARTS[:1])]
    answered = [sql for sql in texts if answer(world_marts, "candidate", sql).startswith("(")]
    assert len(answered) > 120


@pytest.mark.parametrize("role", ["analyst", "candidate"])
def test_no_shape_shows_a_hidden_column(world_marts: Marts, other_world: OtherWorld, role: str) -> None:
    texts = list(parser_attacks.hidden(COLUMNS[role][:2]))
    assert len(texts) > 150
    assert told_apart(world_marts, other_world(role), role, texts) == []


@pytest.mark.parametrize("role", worlds.ROLES)
def test_no_file_catalogue_setting_or_statement_gives_a_row(world_marts: Marts, role: str) -> None:
    texts = parser_attacks.outside(str(world_marts._settings.home))
    assert len(texts) > 200
    given = {sql: answer(world_marts, role, sql) for sql in texts}
    assert [sql for sql, said in given.items() if said.startswith("(")] == []
    # What is not refused by the gate is a type or an aggregate that does not exist.
    failed = [sql for sql, said in given.items() if said.startswith("QueryFailed")]
    assert all(re.search("reg(class|type)|aggr|current_database", sql) for sql in failed), failed


def _spliced(seed: int) -> str:
    """Pieces of known attacks put together anew: nonsense mostly, which is refused, and sometimes SQL."""
    chosen = random.Random(seed)
    known = [*attacks.ROWS, *parser_attacks.NAMES, *parser_attacks.SHAPES]
    corpus = [text for text in known if not _BY_CHANCE.search(text)]
    mart = chosen.choice(MARTS)
    first, second = (_TOKENS.findall(attacks.filled(chosen.choice(corpus), mart)) for _ in range(2))
    cut = chosen.randrange(len(first) + 1)
    start = chosen.randrange(len(second) + 1)
    way = chosen.randrange(4)
    if way == 0:
        return "".join([*first[:cut], *second[start:]])
    if way == 1:
        return "".join([*first[:cut], "(", *second, ")", *first[cut:]])
    if way == 2:
        return "".join([*first[:cut], *first[cut + 1 :]])
    whole = "".join(second)
    return "".join(f"({whole})" if token == mart.rpartition(".")[2] else token for token in first)


@pytest.mark.parametrize("role", worlds.ROLES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_no_mixture_of_attacks_shows_more(
    world_marts: Marts, other_world: OtherWorld, role: str, seed: int
) -> None:
    text = _spliced(seed)
    assert answer(world_marts, role, text) == answer(other_world(role), role, text)
