"""Random queries of a role give what they give on a copy that holds only what the role may see."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.access import worlds
from tests.warehouse.access.conftest import VIEWERS
from warehouse.errors import QueryFailedError, QueryRefusedError
from warehouse.marts import Marts

# Names that also serve as CTEs, so that they shadow marts; each has these columns, hidden ones among them.
_MARTS = ["loss_points", "next_bands", "next_band_steps", "answer_scores", "offers", "roles"]
_COLUMNS = [
    "role_id", "department_id", "candidate_id", "interview_id", "points_lost", "points", "composite_score",
    "offer_monthly_salary", "flags", "grade", "name_zh",
]  # fmt: skip
MARTS = st.sampled_from(_MARTS)
COLUMNS = st.sampled_from(_COLUMNS)


def _condition() -> st.SearchStrategy[str]:
    simple = st.one_of(
        st.tuples(COLUMNS, st.sampled_from(["is not null", "::varchar > 'c'", "::varchar like '%1%'"])).map(
            lambda pair: f"t.{pair[0]}{'' if pair[1].startswith('::') else ' '}{pair[1]}"
        ),
        st.sampled_from(["true", "t.candidate_id = 'c1'", "t.department_id <> 'sales'", "random() < 2"]),
    )
    return st.recursive(
        simple,
        lambda inner: st.tuples(inner, st.sampled_from(["and", "or", "or not"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        max_leaves=3,
    )


def _queries() -> st.SearchStrategy[str]:
    """Queries of one column `v`, as texts, that nest in every way that SQL has."""
    base = st.tuples(COLUMNS, st.one_of(MARTS, MARTS.map(lambda name: f"marts.{name}")), _condition()).map(
        lambda parts: f"select t.{parts[0]}::varchar as v from {parts[1]} as t where {parts[2]}"
    )
    counted = st.tuples(MARTS, _condition()).map(
        lambda parts: f"select count(*)::varchar as v from {parts[0]} as t where {parts[1]}"
    )

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            st.tuples(pairs, st.sampled_from(["union", "union all", "except", "intersect"])).map(
                lambda parts: f"({parts[0][0]}) {parts[1]} ({parts[0][1]})"
            ),
            pairs.map(lambda pair: f"select v from ({pair[0]}) as q where v in ({pair[1]})"),
            pairs.map(lambda pair: f"select a.v from ({pair[0]}) as a, lateral ({pair[1]}) as b"),
            pairs.map(
                lambda pair: f"select max(v) over () as v from ({pair[0]}) as q where exists ({pair[1]})"
            ),
            st.tuples(MARTS, inner, inner).map(
                lambda parts: f"with {parts[0]} as (select v, v as role_id from ({parts[1]})) {parts[2]}"
            ),
            inner.map(lambda sql: f"select string_agg(v, ',' order by v) as v from ({sql}) as q"),
            inner.map(lambda sql: f"from ({sql}) as q select v qualify row_number() over (order by v) <= 3"),
            pairs.map(lambda pair: f"select v from ({pair[0]}) as a semi join ({pair[1]}) as b using (v)"),
            pairs.map(lambda pair: f"({pair[0]}) union all by name ({pair[1]})"),
            inner.map(lambda sql: f"select v from ({sql}) as q group by rollup (v) having v is not null"),
            inner.map(lambda sql: f"select unnest(list(v order by v)) as v from ({sql}) as q"),
            st.tuples(MARTS, inner).map(
                lambda parts: f"with {parts[0]} as materialized (from ({parts[1]})) select v from {parts[0]}"
            ),
            inner.map(lambda sql: f"select (select min(v) from ({sql}) as q) as v from roles as t"),
        )

    return st.recursive(st.one_of(base, counted), larger, max_leaves=5)


@pytest.mark.parametrize("role", worlds.ROLES)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(sql=_queries())
def test_a_role_cannot_tell_that_anything_else_exists(
    world_marts: Marts, copy_for: Callable[[str], duckdb.DuckDBPyConnection], role: str, sql: str
) -> None:
    try:
        found = sorted(map(repr, world_marts.query(sql, viewer=VIEWERS[role])["v"].to_pylist()))
    except (QueryRefusedError, QueryFailedError):
        # A closed mart, a hidden column, a name that is a CTE's here and no column of it.
        return
    expected = copy_for(role).execute(sql).fetchall()
    assert found == sorted(repr(value) for (value,) in expected)
