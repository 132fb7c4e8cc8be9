"""Pages follow one another in five ways; all of them land once, and a broken pull goes on where it was."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ingestion.pull.one_pull import Limits
from tests.ingestion.pull.endpoints import PAGINGS, configuration, people_behind, person
from tests.ingestion.pull.pulling import Pulling
from tests.ingestion.pull.server import Reply, Server

STYLES = pytest.mark.parametrize("style", PAGINGS)
SEVEN = [f"E{number}" for number in range(1, 8)]


def keys(pulling: Pulling) -> list[str]:
    return [row["employee_id"] for row in pulling.rows(pulling.one())]


def broken_from(page: int) -> object:
    return lambda asked: Reply(b"", status=500) if asked >= page else None


@STYLES
def test_every_page_lands(style: str, server: Server, pulling: Pulling) -> None:
    people_behind(style, server, pulling)
    report = pulling.one()
    assert [row["employee_id"] for row in pulling.rows(report)] == SEVEN
    assert report.cursor == "2025-03-07T08:00:00+08:00"
    assert [path.suffix for path in report.files] == [".jsonl"]


@STYLES
def test_the_second_pull_asks_for_what_came_since_and_lands_only_that(
    style: str, server: Server, pulling: Pulling
) -> None:
    people = people_behind(style, server, pulling)
    pulling.one()
    people.rows += [person(2, 9), person(8), person(9, 7)]
    server.asked.clear()
    assert sorted(keys(pulling)) == ["E2", "E8", "E9"]
    assert {asked.query["updated_since"] for asked in server.asked} == {"2025-03-07T08:00:00+08:00"}
    landed = pulling.landed()
    assert pulling.one().rows == 0
    assert pulling.landed() == landed


@STYLES
def test_cut_short_it_goes_on_behind_the_last_complete_page(
    style: str, server: Server, pulling: Pulling
) -> None:
    people = people_behind(style, server, pulling, "attempts: 1\n")
    people.instead = broken_from(2)
    (broken,) = pulling.run()
    assert [row["employee_id"] for row in pulling.rows(broken)] == SEVEN[:6]
    assert "6 rows of it landed, the next pull goes on there" in (broken.failure or "")
    people.instead = lambda page: None
    server.asked.clear()
    assert keys(pulling) == SEVEN[6:]
    # Numbered pages are asked for once more, to see whether they have moved, and end with an empty one.
    assert len(server.asked) == (3 if style in ("page", "offset") else 1)
    assert pulling.one().rows == 0


@pytest.mark.parametrize("remembered", [0, 1000])
def test_the_highest_cursor_may_have_come_before_it_was_cut_short(
    remembered: int, server: Server, pulling: Pulling
) -> None:
    pulling.limits = Limits(remembered_rows=remembered)
    people = people_behind("cursor", server, pulling, "attempts: 1\n")
    people.rows.reverse()
    people.instead = broken_from(2)
    pulling.run()
    people.instead = lambda page: None
    assert pulling.one().cursor == "2025-03-07T08:00:00+08:00"


def test_what_changes_while_a_pull_lies_broken_is_not_lost(server: Server, pulling: Pulling) -> None:
    people = people_behind("cursor", server, pulling, "attempts: 1\n")
    people.instead = broken_from(2)
    pulling.run()
    began = pulling.clock.moment
    people.rows[0] = {**people.rows[0], "updated_at": (began + timedelta(minutes=30)).isoformat()}
    people.rows.append({**person(8), "updated_at": (began + timedelta(hours=1)).isoformat()})
    people.instead = lambda page: None
    pulling.clock.moment = server.moment = began + timedelta(hours=2)
    assert keys(pulling) == ["E7", "E8"]
    assert keys(pulling) == ["E1"]


@pytest.mark.parametrize("style", ["page", "offset"])
def test_numbered_pages_that_have_moved_are_read_again_from_the_first(
    style: str, server: Server, pulling: Pulling
) -> None:
    people = people_behind(style, server, pulling, "attempts: 1\n")
    people.instead = broken_from(2)
    pulling.run()
    # The first row goes away: the seventh is on the second page now, which had been read.
    del people.rows[0]
    people.instead = lambda page: None
    report = pulling.one()
    assert "E7" in [row["employee_id"] for row in pulling.rows(report)]
    assert report.notes == ("It began again, since the pages have moved since it was cut short.",)


@pytest.mark.parametrize("style", ["cursor", "next_url", "link"])
def test_a_place_that_the_server_has_forgotten_is_no_dead_end(
    style: str, server: Server, pulling: Pulling
) -> None:
    people = people_behind(style, server, pulling, "attempts: 1\n")
    people.instead = broken_from(2)
    pulling.run()
    people.instead = lambda page: Reply(b"", status=410) if page == 2 and len(server.asked) == 4 else None
    report = pulling.one()
    assert "E7" in [row["employee_id"] for row in pulling.rows(report)]
    assert sum(file.kept for file in pulling.house.run().files) == 7
    assert report.notes == ("It began again, since the place where it was cut short is gone.",)


def test_what_changes_during_a_pull_comes_with_the_next(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    now = pulling.clock.moment.isoformat()

    def change(page: int) -> Reply | None:
        if page == 1:
            people.rows[0] = {**people.rows[0], "updated_at": now.replace("T12:00", "T12:01")}
            people.rows.append({**person(8), "updated_at": now.replace("T12:00", "T12:05")})
        return None

    people.instead = change
    report = pulling.one()
    assert report.cursor == "2025-03-07T08:00:00+08:00"
    people.instead = lambda page: None
    assert keys(pulling) == ["E1"]


def test_the_clock_that_counts_is_the_server_s_when_it_is_behind(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    # An hour behind ours: what it changes now it calls 11 o'clock.
    server.moment = pulling.clock.moment - timedelta(hours=1)
    people.rows.append({**person(8), "updated_at": "2026-06-01T11:00:01+00:00"})
    assert pulling.one().cursor == "2025-03-07T08:00:00+08:00"


def test_a_short_page_is_not_the_end(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    pulling.configure("people", configuration(server, "{style: page, size_parameter: per_page, size: 100}"))
    assert people.size < 100
    assert keys(pulling) == SEVEN
    assert server.asked[0].query["per_page"] == "100"


def test_an_answer_may_say_itself_that_there_is_no_more(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: Reply({"data": [person(1)], "more": False})
    pulling.configure("people", configuration(server, "{style: page, more: more}"))
    assert keys(pulling) == ["E1"]
    assert len(server.asked) == 1


def test_a_status_may_be_the_end(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    people.instead = lambda page: Reply(b"", status=404) if page > 2 else None
    pulling.configure("people", configuration(server, "{style: page, end_status: [404]}"))
    assert keys(pulling) == SEVEN


def test_a_list_may_be_the_whole_answer_and_a_cursor_lie_deeper(server: Server, pulling: Pulling) -> None:
    row = {"employee_id": "E1", "hired_on": "2024-03-01", "meta": {"changed": 1_740_000_000_000}}
    server.answer = lambda asked: Reply([row])
    text = configuration(server).replace("records: data\n", "")
    pulling.configure(
        "people", text.replace("column: updated_at", "unit: milliseconds, column: meta.changed")
    )
    assert pulling.rows(pulling.one()) == [row]
    pulling.one()
    assert server.asked[-1].query["updated_since"] == "1740000000000"


def test_a_post_carries_everything_in_its_body(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: Reply({"data": []})
    pulling.configure(
        "people", configuration(server, "{style: page}", "method: POST\nparameters: {kind: all}\n")
    )
    pulling.one()
    assert json.loads(server.asked[0].body) == {"kind": "all", "page": 1}


def test_an_overlap_looks_back_without_landing_anything_twice(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    text = configuration(server, "{style: page}").replace("{column", "{overlap_minutes: 2880, column")
    pulling.configure("people", text)
    pulling.one()
    people.rows.append(person(9, 6))
    assert keys(pulling) == ["E9"]
    assert server.asked[-1].query["updated_since"] == "2025-03-05T08:00:00+08:00"


def test_a_parameter_that_the_server_ignores_is_noticed(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: Reply({"data": [person(1), person(2)]})
    pulling.configure("people", configuration(server))
    pulling.one()
    assert pulling.one().notes == (
        "1 row was older than asked for: does the endpoint know the parameter updated_since?",
    )


def test_new_keys_are_said(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    pulling.one()
    people.rows.append({**person(8), "nickname": "x"})
    assert pulling.one().notes == ("New since the last pull: nickname.",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": {"E1": 1}}, "there is no list at data"),
        ({"people": [], "errors": []}, "there is no list at data; it has lists at errors, people"),
        ({"data": ["E1", "E2"]}, "something else than objects"),
        ([person(1)], "there is no list at data"),
        ({"data": [{"employee_id": "E1"}]}, "no row has the column updated_at"),
        ({"data": [{**person(1), "updated_at": [1]}]}, "values of the type list"),
        ({"data": [{**person(1), "updated_at": 5}, person(2)]}, "different kinds"),
    ],
)
def test_an_answer_of_another_shape_is_one_sentence(
    body: object, said: str, server: Server, pulling: Pulling
) -> None:
    server.answer = lambda asked: Reply(body)
    pulling.configure("people", configuration(server))
    assert said in pulling.failure()


@pytest.mark.parametrize("style", ["page", "offset", "cursor", "next_url", "link"])
def test_pages_that_never_end_are_noticed(style: str, server: Server, pulling: Pulling) -> None:
    people_behind(style, server, pulling)
    counter = iter(range(10_000))
    following = {"meta": {"next": "same"}, "links": {"next": "/people?from=same"}}
    headers = {"link": '</people?from=same>; rel="next"'}
    server.answer = lambda asked: Reply({"data": [person(1)], **following}, headers=headers)
    assert "check" in pulling.failure()
    assert len(server.asked) <= 3
    server.answer = lambda asked: Reply(
        {
            "data": [],
            "meta": {"next": str(next(counter))},
            "links": {"next": f"/people?from={next(counter)}"},
        },
        headers={"link": f'</people?from={next(counter)}>; rel="next"'},
    )
    if style not in ("page", "offset"):
        assert "empty pages" in pulling.failure()


def test_a_cursor_that_leads_back_is_noticed_also_when_the_rows_change(
    server: Server, pulling: Pulling
) -> None:
    numbers = iter(range(1, 28))
    server.answer = lambda asked: Reply({"data": [person(next(numbers))], "meta": {"next": "same"}})
    pulling.configure("people", configuration(server, PAGINGS["cursor"]))
    assert "was read before" in pulling.failure()


def test_too_many_pages_end_the_pull(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: Reply({"data": [person(int(asked.query["page"]), 1)]})
    pulling.configure("people", configuration(server, "{style: page, max_pages: 4}"))
    assert "more than 4 pages" in pulling.failure()


def test_a_first_page_that_looks_like_more_is_noticed(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: Reply({"data": [person(day) for day in range(1, 11)], "has_more": True})
    pulling.configure("people", configuration(server))
    assert "speaks of a next page" in pulling.one().notes[0]
    pulling.configure("people", configuration(server, "{style: cursor, next: meta.nxt}"))
    assert "no meta.nxt" in pulling.one(full=True).notes[0]
