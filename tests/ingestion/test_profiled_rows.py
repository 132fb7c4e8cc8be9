"""Rows through a profile: looked up, deleted, unpivoted, partial, nested; every one kept or bad."""

from __future__ import annotations

import datetime as dt
import textwrap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import Contract
from ingestion.foreign.profile import load_profile
from ingestion.foreign.profile_tables import Unpivot
from ingestion.foreign.unpivot import unpivoted
from ingestion.readers.batch import RowBatch
from tests.ingestion.acme import HEAD, Acme
from tests.ingestion.through import Export


@pytest.fixture
def acme(tmp_path: Path, contracts: dict[str, Contract]) -> Acme:
    return Acme(tmp_path, contracts)


LOOKING_UP = """
tables:
  staff:
    recognise: [No, Joined]
    outputs:
      - source: employees
        columns:
          employee_id: No
          hired_on: Joined
          department_id: {lookup: units, on: {Id: {lookup: posts, on: {Post: Post}, take: Unit}}, take: Name}
  posts: {recognise: [Post, Unit], reference: true}
  units: {recognise: [Id, Name], reference: true, latest_by: [Changed]}
"""
POSTS = "Post,Unit\np1,u1\np2,u2"
UNITS = "Id,Name,Changed\nu1,Sales,2024-05-01\nu2,Old,2023-01-01"


def test_look_ups_go_through_several_tables(acme: Acme) -> None:
    staff = "No,Joined,Post\n1,2024-01-01,p1\n2,2024-01-01,p2\n3,2024-01-01,\n4,2024-01-01,p9"
    taken = acme.take(LOOKING_UP, "employees", staff=staff, posts=POSTS, units=UNITS)
    assert [row.get("department_id") for row in taken.rows] == ["Sales", "Old", None, None]


def test_of_rows_with_one_key_the_latest_counts_and_rows_never_multiply(acme: Acme) -> None:
    units = UNITS + "\nu1,Sold,2024-04-30\nu2,New,2023-01-02\nu2,Newer,2023-01-02"
    staff = "No,Joined,Post\n1,2024-01-01,p1\n2,2024-01-01,p2"
    taken = acme.take(LOOKING_UP, "employees", staff=staff, posts=POSTS, units=units)
    assert [row["department_id"] for row in taken.rows] == ["Sales", "Newer"]


def test_a_missing_look_up_is_bad_only_where_the_column_is_required(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Post]
        outputs:
          - source: employees
            columns: {employee_id: No, hired_on: {lookup: posts, on: {Post: Post}, take: Since}, name: Who}
      posts: {recognise: [Post, Since], reference: true}
    """
    staff = "No,Post,Who\n1,p1,Ann\n2,p9,Bob\n3,,Cid"
    taken = acme.take(profile, "employees", staff=staff, posts="Post,Since\np1,2024-01-01")
    assert [row["employee_id"] for row in taken.rows] == ["1"]
    assert taken.codes == ["lookup_missing", "empty"]
    assert taken.bad[0].sentence == (
        "row 2, column hired_on: nothing in the table posts of this export belongs to it"
    )
    assert taken.bad[0].content == '{"No": "2", "Post": "p9", "Who": "Bob"}'
    assert taken.rows_in == 3


def test_a_table_that_is_not_in_the_export_is_an_empty_one(acme: Acme) -> None:
    staff = "No,Joined,Post\n1,2024-01-01,p1"
    taken = acme.take(LOOKING_UP, "employees", staff=staff)
    assert taken.rows == [
        {"employee_id": "1", "hired_on": dt.date(2024, 1, 1)},
    ]


def test_several_columns_can_make_the_key_and_the_least_can_count(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Joined]
        outputs:
          - source: employees
            columns:
              employee_id: No
              hired_on: Joined
              name: {lookup: names, on: {Of: No, Kind: {constant: legal}}, take: Name}
      names: {recognise: [Of, Kind, Name], reference: true, latest_by: [-Place]}
    """
    names = "Of,Kind,Name,Place\n1,legal,Second,2\n1,legal,First,1\n1,legal,Placeless,\n1,nick,Zed,0"
    taken = acme.take(profile, "employees", staff="No,Joined\n1,2024-01-01", names=names)
    assert [row["name"] for row in taken.rows] == ["First"]


def test_a_history_is_looked_up_as_of_a_time(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Joined, Seen]
        outputs:
          - source: employees
            columns:
              employee_id: No
              hired_on: Joined
              name: {lookup: posts, on: {Of: No}, as_of: {start: Since, at: Seen}, take: Title}
      posts: {recognise: [Of, Since, Title], reference: true}
    """
    posts = "Of,Since,Title\n1,2024-06-01,Lead\n1,2020-01-01,Clerk\n2,2021-01-01,Cook"
    seen = ["2019-12-31", "2020-01-01", "2024-05-31", "2024-06-01", "2030-01-01"]
    staff = "\n".join(["No,Joined,Seen", *(f"1,2019-01-01,{day}" for day in seen), "3,2019-01-01,2030-01-01"])
    taken = acme.take(profile, "employees", staff=staff, posts=posts)
    assert [row.get("name") for row in taken.rows] == [None, "Clerk", "Clerk", "Lead", "Lead", None]


def test_deleted_rows_are_quarantined_as_such_and_not_looked_up(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Joined]
        deleted_when: {Gone: "true", GoneAt: "*"}
        outputs:
          - source: employees
            columns: {employee_id: No, hired_on: Joined, name: {lookup: names, on: {Of: No}, take: Name}}
      names: {recognise: [Of, Name], reference: true, deleted_when: {Gone: "true"}}
    """
    staff = "No,Joined,Gone,GoneAt\n1,2024-01-01,false,\n2,2024-01-01,TRUE,\n3,2024-01-01,,2024-02-02"
    taken = acme.take(profile, "employees", staff=staff, names="Of,Name,Gone\n1,Anna,false\n1,Ann,true")
    assert [(row["employee_id"], row["name"]) for row in taken.rows] == [("1", "Anna")]
    assert taken.codes == ["deleted_in_source"] * 2
    assert taken.rows_in == 3


def test_columns_become_rows_and_empty_cells_do_not(acme: Acme) -> None:
    profile = """
    tables:
      ratings:
        recognise: [Interview, Rater]
        outputs:
          - source: human_ratings
            columns: {interview_id: Interview, rater_id: Rater}
            unpivot: {names_to: competency_id, values_to: rating, columns: {沟通: communication, 逻辑: logic}}
    """
    ratings = "Interview,Rater,沟通,逻辑\ni1,r1,80,\ni1,r2,70,many\ni2,r1,60,90"
    taken = acme.take(profile, "human_ratings", ratings=ratings)
    assert [
        (row["interview_id"], row["rater_id"], row["competency_id"], row["rating"]) for row in taken.rows
    ] == [
        ("i1", "r1", "communication", 80),
        ("i1", "r2", "communication", 70),
        ("i2", "r1", "communication", 60),
        ("i2", "r1", "logic", 90),
    ]
    # The bad row is one cell: the other one of its line is not in it, so that it can be read again alone.
    assert [(row.number, row.content) for row in taken.bad] == [
        (4, '{"Interview": "i1", "Rater": "r2", "\\u903b\\u8f91": "many"}')
    ]
    assert taken.rows_in == 5


def test_a_cell_that_is_read_again_keeps_its_number() -> None:
    unpivot = Unpivot(
        names_to="competency_id", values_to="rating", columns={"Talk": "talk", "Logic": "logic"}
    )
    alone = {"Talk": pa.array([None, "70"]), "Logic": pa.array(["90", None])}
    batch = RowBatch(alone, np.array([4, 5]))
    again = unpivoted(batch, unpivot, is_again=True)
    assert again.numbers.tolist() == [4, 5]
    assert again.columns["competency_id"].to_pylist() == ["logic", "talk"]
    assert unpivoted(batch, unpivot).numbers.tolist() == [8, 9]


def test_a_partial_row_needs_its_key_alone(acme: Acme) -> None:
    profile = """
    tables:
      pay:
        recognise: [No, Pay, Day]
        outputs:
          - source: employees
            partial: true
            columns: {employee_id: No, monthly_salary: Pay, exported_at: Day}
    """
    taken = acme.take(profile, "employees", pay="No,Pay,Day\n1,100,2024-01-31\n,100,2024-01-31")
    assert [(row["employee_id"], row["monthly_salary"]) for row in taken.rows] == [("1", 100)]
    assert taken.codes == ["empty"]


def test_what_nothing_mentions_is_kept_aside_unless_it_is_ignored(acme: Acme) -> None:
    profile = """
    ignored: [_sync*]
    tables:
      staff:
        recognise: [No, Joined]
        ignored: [Phone]
        outputs: [{source: employees, columns: {employee_id: No, hired_on: Joined}}]
    """
    taken = acme.take(profile, "employees", staff="No,Joined,phone,_synced,姓名\n1,2024-01-01,123,x,李")
    assert taken.aside == ("acme.姓名",)
    assert "name" not in taken.rows[0]  # What our own contract would call it counts for nothing here.


def test_a_column_of_which_nothing_is_in_the_file_is_missing_from_it(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No]
        outputs: [{source: employees, columns: {employee_id: No, hired_on: {first: [Joined, Hired]}}}]
    """
    taken = acme.take(profile, "employees", staff="No,Name\n1,Ann")
    assert taken.codes == ["empty"]


def test_values_can_stand_deep_in_json(acme: Acme, tmp_path: Path) -> None:
    profile = """
    tables:
      staff:
        recognise: [id, person]
        outputs:
          - source: employees
            columns:
              {employee_id: id, hired_on: job.since, name: person.names.0.full, monthly_salary: job.pay}
    """
    (tmp_path / "acme.yml").write_text(HEAD + textwrap.dedent(profile), encoding="utf-8")
    path = tmp_path / "staff.jsonl"
    path.write_text(
        '{"id": 1, "person": {"names": [{"full": "Ann"}]}, "job": {"since": "2024-01-01", "pay": 10.5}}\n'
        '{"id": 2, "person": {"names": []}, "job": {"since": "2024-01-02"}}\n'
    )
    export = Export(load_profile(tmp_path / "acme.yml", acme.contracts), acme.contracts)
    assert export.only("employees", path).rows == [
        {"employee_id": "1", "name": "Ann", "hired_on": dt.date(2024, 1, 1), "monthly_salary": 10.5},
        {"employee_id": "2", "hired_on": dt.date(2024, 1, 2)},
    ]
    table = pa.table(
        {"id": [1], "person": [{"names": [{"full": "Ann"}]}], "job": [{"since": dt.date(2024, 1, 1)}]}
    )
    pq.write_table(table, tmp_path / "staff.parquet")
    (row,) = export.only("employees", tmp_path / "staff.parquet").rows
    assert (row["name"], row["hired_on"]) == ("Ann", dt.date(2024, 1, 1))


cells = st.text("ab12é李 ", max_size=3)


@settings(deadline=None, max_examples=30)
@given(
    rows=st.lists(st.tuples(cells, cells), max_size=30), posts=st.lists(st.tuples(cells, cells), max_size=30)
)
def test_every_row_is_kept_or_bad_and_finds_the_last_row_of_its_key(
    rows: list[tuple[str, str]],
    posts: list[tuple[str, str]],
    contracts: dict[str, Contract],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Post, x]
        outputs:
          - source: employees
            columns:
              employee_id: No
              hired_on: {constant: 2024-01-01}
              name: {lookup: posts, on: {P: Post}, take: T}
      posts: {recognise: [P, T, y], reference: true}
    """
    staff = "\n".join(["No,Post,x", *(f'"{no}","{post}",1' for no, post in rows)])
    table = "\n".join(["P,T,y", *(f'"{key}","{title}",1' for key, title in posts)])
    acme = Acme(tmp_path_factory.mktemp("acme"), contracts)
    taken = acme.take(profile, "employees", staff=staff, posts=table)
    assert taken.rows_in == len(rows) == len(taken.rows) + len(taken.bad)
    latest = {key.strip(): title.strip() for key, title in posts if key.strip()}
    kept = [post.strip() for no, post in rows if no.strip()]
    assert [row.get("name") for row in taken.rows] == [latest.get(post) or None for post in kept]
