"""Archives over several passes: nothing is unpacked in vain, taken twice, or left on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.arrivals import survey
from ingestion.arrivals.archives import Archive
from tests.ingestion.house import House
from tests.ingestion.packing import gzipped, zipped

EMPLOYEES = "工号,姓名,入职日期\nE1,甲,2020-01-01\nE2,乙,2020-01-02\n"


def scores(*interviews: str) -> str:
    rows = "".join(f"{interview},logic,80\n" for interview in interviews)
    return "interview_id,competency_id,score\n" + rows


def spilled(house: House) -> list[str]:
    return list(house.files("raw/.spill"))


def test_an_archive_whose_members_are_all_settled_is_not_unpacked_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = house.drop("inbox", "two.zip", zipped({"a.csv": scores("I1"), "b.csv": "nobody,knows\n1,2\n"}))
    long_ago = path.stat().st_mtime - 60
    os.utime(path, (long_ago, long_ago))
    house.run()

    def unpack(*_: object) -> Path:
        raise AssertionError("unpacked again")

    monkeypatch.setattr(Archive, "unpack", unpack)
    report = house.run()
    assert (report.files, report.unchanged) == ((), 2)
    house.drop("inbox", "two.zip", zipped({"c.csv": scores("I3")}))
    with pytest.raises(AssertionError, match="unpacked again"):
        house.run()


def test_members_that_do_not_fit_on_the_disk_together_are_unpacked_one_by_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "KEPT_BYTES", 0)
    house.drop("inbox", "two.zip", zipped({"a.csv": scores("I1"), "b.csv.gz": gzipped(EMPLOYEES)}))
    assert [report.kept for report in house.run().files] == [1, 2]
    assert spilled(house) == []


def test_a_member_is_gone_from_the_disk_as_soon_as_it_is_taken(house: House) -> None:
    house.drop("inbox", "two.zip", zipped({"a.csv": scores("I1"), "b.csv": scores("I2"), "c.csv": "x,y\n"}))
    waiting: list[int] = []
    house.run(on_file=lambda _: waiting.append(len(spilled(house))))
    # Told of before it is removed: the last one is still there.
    assert waiting == [3, 2, 1]
    assert spilled(house) == []


def test_a_pass_killed_in_the_middle_of_an_archive_is_made_up_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("inbox", "all.zip", zipped({f"{n}.csv": scores(f"I{n}", f"J{n}") for n in range(4)}))
    done: list[str] = []

    def stop_after_two(report: object) -> None:
        done.append("one more")
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.run(on_file=stop_after_two)
    left = house.settings.raw / ".spill" / "unpacked" / "left-by-a-killed-process"
    left.parent.mkdir(parents=True)
    left.write_text("somebody's answers")
    assert len(house.rows("vendor_scores")) == 4
    report = house.run()
    assert ([file.kept for file in report.files], report.unchanged) == ([2, 2], 2)
    assert len(house.rows("vendor_scores")) == 8
    assert spilled(house) == []


def test_an_archive_that_changes_while_it_is_read_is_tried_again(house: House) -> None:
    content = zipped({"a.csv": scores("I1"), "b.csv": scores("I2")})
    path = house.drop("inbox", "all.zip", content)

    def append(_: object) -> None:
        path.write_bytes(content + b"\0")

    first, second = house.run(on_file=append).files
    assert (first.kept, second.status) == (1, "rejected")
    assert "changed while it was read; it is tried again next time" in str(second.message)
    path.write_bytes(content)
    report = house.run()
    assert (len(report.files), report.unchanged) == (1, 1)
