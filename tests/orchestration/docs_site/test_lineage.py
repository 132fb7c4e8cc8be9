"""Where columns come from: small projects by hand, and columns of the real one that a person has traced."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.docs_site.compiled import source_columns
from orchestration.docs_site.lineage import Column, Lineage, LineageError, trace

SOURCES = {("raw", "sales"): ["day", "amount", "shop"]}


def small_project(**models: str) -> dict[str, Any]:
    """Models by name in the order of their dependence, over one source and one seed."""
    nodes: dict[str, Any] = {
        "seed.shops": {
            "resource_type": "seed",
            "name": "shops",
            "schema": "seeds",
            "alias": "shops",
            "columns": {"shop": {}, "town": {}},
            "depends_on": {},
        }
    }
    for name, sql in models.items():
        nodes[f"model.{name}"] = {
            "resource_type": "model",
            "name": name,
            "schema": "marts",
            "alias": name,
            "compiled_code": sql,
            "depends_on": {
                "nodes": [f"model.{other}" for other in models if f".{other}" in sql] + ["seed.shops"]
            },
        }
    source = {
        "source_name": "raw",
        "name": "sales",
        "relation_name": "read_parquet('/home/raw/sales/*.parquet')",
    }
    return {"nodes": nodes, "sources": {"source.sales": source}}


def parents(lineage: Lineage, column: str) -> set[str]:
    return {str(parent) for parent in lineage.parents[Column(*column.split("."))]}


@pytest.fixture(scope="module")
def small() -> Lineage:
    return trace(
        small_project(
            sold="with s as (select * from read_parquet('/home/raw/sales/*.parquet')) "
            "select s.day, s.amount * 2 as doubled, shops.town "
            "from s left join seeds.shops as shops using (shop)",
            towns="select town, sum(doubled) / count(*) as mean, count(*) as n "
            'from "build"."marts"."sold" group by town',
            both="select town as place from marts.towns union all select day from marts.sold",
        ),
        SOURCES,
    )


def test_a_column_comes_from_what_its_expression_reads(small: Lineage) -> None:
    assert parents(small, "marts.sold.doubled") == {"raw.sales.amount"}
    assert parents(small, "marts.sold.town") == {"seeds.shops.town"}
    assert parents(small, "marts.towns.mean") == {"marts.sold.doubled"}


def test_a_count_of_rows_comes_from_no_column(small: Lineage) -> None:
    assert parents(small, "marts.towns.n") == set()


def test_each_side_of_a_union_counts(small: Lineage) -> None:
    assert parents(small, "marts.both.place") == {"marts.towns.town", "marts.sold.day"}


def test_origins_are_files_and_seeds_and_children_lead_forward(small: Lineage) -> None:
    place = Column("marts", "both", "place")
    assert {str(origin) for origin in small.origins(place)} == {"seeds.shops.town", "raw.sales.day"}
    assert small.children[Column("marts", "sold", "doubled")] == {Column("marts", "towns", "mean")}


def test_a_table_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(LineageError, match="lost"):
        trace(small_project(lost="select * from nowhere.at_all"), SOURCES)


def test_sql_that_cannot_be_read_is_an_error_in_a_sentence() -> None:
    with pytest.raises(LineageError, match="The SQL of broken cannot be traced"):
        trace(small_project(broken="select from where"), SOURCES)


@pytest.fixture(scope="module")
def lineage(compiled: dict[str, Any]) -> Lineage:
    return trace(compiled, source_columns())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "read"),
    [
        ("marts.quarterly_trends.pass_rate", {"marts.interview_results.composite_score"}),
        ("marts.quarterly_trends.quarter_start", {"marts.interview_results.quarter_start"}),
        ("marts.interview_results.composite_score", {"intermediate.int_composites.composite_score"}),
        ("marts.claims_ledger.claimed", {"seeds.claims.claimed"}),
        ("marts.interview_results.pay_max", {"intermediate.int_pay_bands.pay_max"}),
    ],
)
def test_direct_parents_as_traced_by_hand(lineage: Lineage, column: str, read: set[str]) -> None:
    assert parents(lineage, column) == read


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "origins"),
    [
        ("marts.interview_results.pay_min", {"seeds.pay_policy.pay_min"}),
        ("marts.offers.offer_monthly_salary", {"raw.applications.offer_monthly_salary"}),
        ("marts.loss_points.loss_zh", {"seeds.criteria.loss_zh"}),
        ("marts.requisition_shortlists.needed_n", {"raw.requisitions.headcount"}),
        ("people.candidates.name", {"raw.candidates.name_sealed"}),
        ("marts.source_health.rows_in", {"raw.ledger.rows_in"}),
    ],
)
def test_origins_as_traced_by_hand(lineage: Lineage, column: str, origins: set[str]) -> None:
    assert {str(origin) for origin in lineage.origins(Column(*column.split(".")))} >= origins


@pytest.mark.slow
def test_a_composite_comes_from_answers_vendors_and_weights_not_from_signals(lineage: Lineage) -> None:
    origins = {
        str(origin) for origin in lineage.origins(Column("marts", "interview_results", "composite_score"))
    }
    assert {"scores.answers.criteria", "raw.vendor_scores.score", "seeds.role_weights.weight"} <= origins
    assert not any("sketch" in origin or "phrase_density" in origin for origin in origins)


@pytest.mark.slow
def test_every_mart_column_ends_in_files_and_seeds_and_never_in_a_sealed_one(
    lineage: Lineage, compiled: dict[str, Any]
) -> None:
    known = {(source, table) for source, table in source_columns()}
    known |= {
        ("seeds", node["alias"]) for node in compiled["nodes"].values() if node["resource_type"] == "seed"
    }
    for column in lineage.parents:
        for origin in lineage.origins(column):
            # A constant or a count is its own origin.
            assert (origin.schema, origin.table) in known or not lineage.parents[origin], (
                f"{column} ← {origin}"
            )
            # Of what is sealed only people's names are opened, and no mart reads them.
            is_name = column.name == "name" and column.schema != "marts" and origin.name == "name_sealed"
            assert is_name or not origin.name.endswith("_sealed"), f"{column} reads {origin}"
