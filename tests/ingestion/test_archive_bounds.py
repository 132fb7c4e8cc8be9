"""Bombs and other archives beyond all measure: a sentence, little memory, and nothing left on the disk."""

from __future__ import annotations

import shutil
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from ingestion.arrivals import archives, zip_listing
from tests.ingestion.house import House
from tests.ingestion.packing import gzipped, zipped

SCORES = "interview_id,competency_id,score\nI1,logic,80\n"
ZEROS = bytes(40_000_000)
MEGABYTE = 1024 * 1024


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def counts_from_a_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real bound needs a hundred megabytes."""
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM", MEGABYTE)


def overlapping(count: int) -> bytes:
    """A ZIP whose members are all the same packed bytes, as the best bombs are made."""
    one = zipped({"scores.csv": bytes(2 * MEGABYTE)})
    start = one.index(b"PK\x01\x02")
    entry = one[start : one.index(b"PK\x05\x06")]
    end = struct.pack("<HHHHLLH", 0, 0, count, count, count * len(entry), start, 0)
    return one[:start] + entry * count + b"PK\x05\x06" + end


@pytest.mark.parametrize(
    "content",
    [
        gzipped(ZEROS),
        zipped({"scores.csv": ZEROS}),
        zipped({"scores.csv": bytes(120 * MEGABYTE)}, zipfile.ZIP_LZMA),
        zipped({"scores.csv": ZEROS}, zipfile.ZIP_BZIP2),
        zipped({"scores.csv.gz": gzipped(ZEROS)}),
        overlapping(100),
    ],
    ids=["gzip", "deflate", "lzma", "bzip2", "gzip in zip", "overlapping"],
)
def test_a_bomb_is_refused_long_before_it_has_gone_off(house: House, content: bytes) -> None:
    house.drop("vendor_scores", "bomb.zip", content)
    house.drop("vendor_scores", "good.csv", SCORES)
    house.run(paths=[house.settings.landing / "vendor_scores" / "good.csv"])
    tracemalloc.start()
    (bomb,) = house.run().files
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bomb.status == "rejected"
    assert bomb.message is not None
    assert bomb.message.startswith("The file vendor_scores/bomb.zip unpacks to more than 250 times its size")
    assert most < 100 * MEGABYTE
    assert house.files("raw/.spill") == {}


def test_what_packs_well_and_is_small_is_no_bomb(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM", 100 * MEGABYTE)
    rows = "".join(f"I{n % 10},logic,80\n" for n in range(200_000))
    content = gzipped("interview_id,competency_id,score\n" + rows)
    assert len(rows) / len(content) > 250
    report = house.take("vendor_scores", "scores.csv.gz", content)
    assert (report.rows_in, report.kept, report.duplicates) == (200_000, 10, 199_990)


def test_the_bytes_of_all_members_together_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 100)
    files = {"a.csv": SCORES, "b.csv": SCORES.replace("I1", "I2"), "c.csv": SCORES.replace("I1", "I3")}
    report = house.take("vendor_scores", "large.zip", zipped(files))
    assert "unpacks to more than 0 GB; bring it in parts" in str(report.message)
    assert house.rows("vendor_scores") == []


def test_a_disk_without_room_is_said_and_left_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 60, 40))
    report = house.take("vendor_scores", "large.zip", zipped({"a.csv": SCORES}))
    assert "unpacks to more than the disk has room for" in str(report.message)
    assert house.files("raw/.spill") == {}


def test_an_archive_of_more_than_a_thousand_files_is_refused(house: House) -> None:
    many = {f"{number}.csv": "" for number in range(1001)}
    report = house.take("vendor_scores", "many.zip", zipped(many))
    assert "is an archive of more than 1,000 files" in str(report.message)
    assert len(house.ledger()) == 1


def test_a_directory_of_millions_of_entries_is_refused_before_it_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped({f"{number}.csv": "" for number in range(500)})
    monkeypatch.setattr(zip_listing, "_LONGEST_DIRECTORY", 10_000)

    def read(*_: object) -> None:
        raise AssertionError("the directory was read")

    monkeypatch.setattr(zip_listing.zipfile, "ZipFile", read)
    report = house.take("vendor_scores", "many.zip", content)
    assert "is an archive of more than 1,000 files" in str(report.message)


def test_the_directory_of_an_archive_beyond_four_gigabytes_is_measured_by_its_own_record(
    tmp_path: Path,
) -> None:
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 123_456_789, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path = tmp_path / "large.zip"
    path.write_bytes(record + locator + end)
    assert zip_listing.directory_size(path) == 123_456_789
    path.write_bytes(bytes(76) + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, 4_000_000_000, 0, 0))
    assert zip_listing.directory_size(path) == 4_000_000_000
