"""The audit log: everything stays as it was written, or is found."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from warehouse import audit, audit_log
from warehouse.audit import log_file, record
from warehouse.audit_log import ANCHOR, CHANGED, CUT, MISSING, Verdict, entries, verify
from warehouse.errors import AuditError
from warehouse.grants import add_user
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings
from warehouse.vault import Vault

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
WRITER = """
from warehouse.audit import record
from warehouse.settings import Settings
for number in range(40):
    record(Settings.from_env(), who="operator", role="operator", action="query", rows=number)
"""


@pytest.fixture
def five(settings: Settings) -> Settings:
    """A log of five lines."""
    for number in range(5):
        at = NOON + dt.timedelta(hours=number)
        record(settings, who="hr", role="hr", action="query", rows=number, at=at)
    return settings


def lines(settings: Settings) -> list[bytes]:
    return log_file(settings).read_bytes().splitlines(keepends=True)


def write(settings: Settings, changed: list[bytes]) -> None:
    log_file(settings).write_bytes(b"".join(changed))


def test_a_log_that_nobody_touched_holds(five: Settings) -> None:
    assert verify(five) == Verdict(5)
    assert [entry.rows for entry in entries(five)] == [4, 3, 2, 1, 0]


def test_an_empty_log_holds(settings: Settings) -> None:
    assert verify(settings) == Verdict(0)
    assert entries(settings) == []


def test_a_changed_line_is_named(five: Settings) -> None:
    write(five, [line.replace(b'"rows":2', b'"rows":9') for line in lines(five)])
    assert verify(five) == Verdict(3, 3, CHANGED)


def test_a_line_that_was_taken_out_is_named(five: Settings) -> None:
    write(five, [*lines(five)[:1], *lines(five)[2:]])
    assert verify(five) == Verdict(2, 2, MISSING)


def test_lines_that_changed_places_are_named(five: Settings) -> None:
    one, two, three, *rest = lines(five)
    write(five, [one, three, two, *rest])
    assert verify(five).broken == 2


def test_a_line_put_in_twice_is_named(five: Settings) -> None:
    one, two, *rest = lines(five)
    write(five, [one, two, two, *rest])
    assert verify(five).broken == 3


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_an_end_that_was_cut_off_is_named(five: Settings, kept: int) -> None:
    write(five, lines(five)[:kept])
    assert verify(five) == Verdict(kept, kept + 1, CUT)


def test_a_cut_is_still_found_after_more_was_written(five: Settings) -> None:
    write(five, lines(five)[:3])
    record(five, who="hr", role="hr", action="query")
    assert verify(five) == Verdict(4, 4, MISSING)


def test_a_log_that_is_gone_is_found(five: Settings) -> None:
    log_file(five).unlink()
    assert verify(five).why == CUT
    record(five, who="hr", role="hr", action="query")
    assert verify(five).broken == 1


def test_a_lost_anchor_is_found_before_and_after_the_next_line(five: Settings) -> None:
    (five.vault / audit.ANCHOR_NAME).unlink()
    assert verify(five) == Verdict(5, 6, ANCHOR)
    record(five, who="hr", role="hr", action="query")
    assert verify(five) == Verdict(6, 6, MISSING)


def test_an_anchor_set_back_together_with_the_log_needs_the_key(five: Settings) -> None:
    path = five.vault / audit.ANCHOR_NAME
    path.write_text(path.read_text().replace("000000000005", "000000000003"))
    write(five, lines(five)[:3])
    assert verify(five).why == ANCHOR


def test_a_line_made_without_the_key_is_found(five: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other").ensure()
    record(other, who="hr", role="hr", action="query")
    write(five, [*lines(five), *lines(other)])
    assert verify(five) == Verdict(6, 6, CHANGED)


def test_half_a_line_of_a_crash_is_no_line_and_spoils_none(five: Settings) -> None:
    with log_file(five).open("ab") as file:
        file.write(b'{"n":6,"at":"2026')
    assert verify(five) == Verdict(5)
    record(five, who="hr", role="hr", action="query")
    assert verify(five) == Verdict(6)


def test_a_crash_between_line_and_anchor_is_no_fault(five: Settings) -> None:
    before = (five.vault / audit.ANCHOR_NAME).read_bytes()
    record(five, who="hr", role="hr", action="query")
    (five.vault / audit.ANCHOR_NAME).write_bytes(before)
    assert verify(five) == Verdict(6)
    record(five, who="hr", role="hr", action="query")
    assert verify(five) == Verdict(7)


def test_processes_and_threads_write_one_chain(settings: Settings) -> None:
    environment = {**os.environ, HOME_VARIABLE: str(settings.home)}
    command = [sys.executable, "-c", WRITER]
    running = [subprocess.Popen(command, cwd=REPOSITORY, env=environment) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: record(settings, who="hr", role="hr", action="query"), range(40)))
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert verify(settings) == Verdict(160)


def test_nobody_writes_between_the_look_at_the_end_and_the_next_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = audit._ending

    def slow(*arguments: Any) -> Any:
        found = look(*arguments)
        time.sleep(0.005)
        return found

    monkeypatch.setattr(audit, "_ending", slow)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: record(settings, who="hr", role="hr", action="query"), range(8)))
    assert verify(settings) == Verdict(8)


def test_a_person_is_readable_until_the_key_is_destroyed(settings: Settings) -> None:
    vault = Vault.open(settings)
    vault.keys_for(["candidate:C0017"])
    record(settings, who="hr", role="hr", action="view_person", subject="candidate:C0017")
    assert b"C0017" not in log_file(settings).read_bytes()
    (entry,) = entries(settings, subject="C0017")
    assert entry.subject == "candidate:C0017"
    vault.erase(["candidate:C0017"])
    (entry,) = entries(settings, subject="candidate:C0017")
    assert "C0017" not in entry.subject
    assert entry.subject.startswith("candidate:#")
    assert verify(settings).holds


def test_recording_somebody_without_a_key_makes_none(settings: Settings) -> None:
    record(settings, who="operator", role="operator", action="erase", subject="candidate:C0017")
    assert Vault.open(settings).known_keys(["candidate:C0017"]) == {}
    assert b"C0017" not in log_file(settings).read_bytes()


def test_a_candidate_is_no_name_in_the_log_either(settings: Settings) -> None:
    Vault.open(settings).keys_for(["candidate:C0017"])
    add_user(settings, "zhangwei", "candidate", "a long password", candidate_id="C0017")
    record(settings, who="zhangwei", role="candidate", action="view_person", subject="candidate:C0017")
    assert b"zhangwei" not in log_file(settings).read_bytes()
    assert {entry.subject for entry in entries(settings)} == {"candidate:C0017"}
    assert [entry.who for entry in entries(settings)] == ["candidate:C0017", "operator"]


@pytest.mark.parametrize("text", ["李雷说他会", "a free text", "x" * 300, "somebody@example.org"])
def test_what_is_no_code_is_kept_as_a_hash(settings: Settings, text: str) -> None:
    record(settings, who="hr", role="hr", action="query", reason=text, sql="ab12", marts="marts.a,marts.b")
    assert text not in log_file(settings).read_text("utf-8")
    (entry,) = entries(settings)
    assert str(entry.details["reason"]).startswith("hash:")
    assert (entry.details["sql"], entry.details["marts"]) == ("ab12", "marts.a,marts.b")


def test_an_unknown_action_is_a_mistake_of_the_caller(settings: Settings) -> None:
    with pytest.raises(ValueError, match="looked_at"):
        record(settings, who="hr", role="hr", action="looked_at")


def test_filters_are_by_who_action_subject_and_time(five: Settings) -> None:
    record(five, who="operator", role="operator", action="granted", subject="account:dora", at=NOON)
    assert [entry.who for entry in entries(five, who="operator")] == ["operator"]
    assert [entry.subject for entry in entries(five, action="granted")] == ["account:dora"]
    assert len(entries(five, subject="dora")) == 1
    later = NOON + dt.timedelta(hours=3)
    assert [entry.rows for entry in entries(five, since=later, action="query")] == [4, 3]
    assert [entry.rows for entry in entries(five, until=later, who="hr")] == [2, 1, 0]
    assert [entry.rows for entry in entries(five, who="hr", last=2)] == [4, 3]


def test_folder_and_files_are_private(five: Settings) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (five.home / "audit").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((five.home / "audit").stat().st_mode) == 0o700


def test_what_cannot_be_recorded_is_an_error_in_one_sentence(five: Settings) -> None:
    log_file(five).unlink()
    log_file(five).mkdir()
    with pytest.raises(AuditError, match="what is not recorded is not done"):
        record(five, who="hr", role="hr", action="query")


def test_every_reason_has_a_sentence() -> None:
    assert set(audit_log.SENTENCES) == {CHANGED, MISSING, CUT, ANCHOR}
