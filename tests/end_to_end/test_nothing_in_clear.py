"""Nothing that a person said, and nothing by which a person is known, stands in clear in a file of a home."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ingestion.arrivals.sweeping import sweep
from warehouse.cipher import unseal
from warehouse.settings import Settings
from warehouse.vault import Vault

pytestmark = pytest.mark.slow
PEOPLE = {"candidates": ("candidate_id", ("name", "email", "phone")), "employees": ("employee_id", ("name",))}
ENCODINGS = ("utf-8", "utf-16-le", "gbk")
# Fewer bytes come by chance in what is encrypted: a name of two characters is looked for in UTF-8 alone.
FEWEST_BYTES = 6
# Shorter answers are no one's own; of a longer one so many characters are looked for.
SHORTEST_TEXT, OF_A_TEXT = 24, 24


class Needles:
    """Looks for thousands of words at once, in every encoding that an export or a program may choose."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[int, set[bytes]] = defaultdict(set)
        self._begins = np.zeros(1 << 24, dtype=bool)
        for word in words:
            escaped = json.dumps(word)[1:-1].encode()
            for form in {escaped, *(word.encode(encoding, "ignore") for encoding in ENCODINGS)}:
                if len(form) >= FEWEST_BYTES:
                    self._by_start[int.from_bytes(form[:FEWEST_BYTES], "little")].add(form)
                    self._begins[int.from_bytes(form[:3], "little")] = True
        self._starts = np.array(sorted(self._by_start), dtype=np.uint64)

    def are_in(self, content: bytes) -> bool:
        """Whether any of the words stands there."""
        data = np.frombuffer(content, dtype=np.uint8)
        if len(data) < FEWEST_BYTES:
            return False
        count = len(data) - FEWEST_BYTES + 1
        three = data[:count].astype(np.uint32)
        for place in (1, 2):
            three |= data[place : place + count].astype(np.uint32) << (8 * place)
        places = np.flatnonzero(self._begins[three])
        starts = np.zeros(len(places), dtype=np.uint64)
        for place in range(FEWEST_BYTES):
            starts |= data[places + place].astype(np.uint64) << np.uint64(8 * place)
        hits = np.isin(starts, self._starts)
        return any(
            content.startswith(form, place)
            for place, start in zip(places[hits].tolist(), starts[hits].tolist(), strict=True)
            for form in self._by_start[start]
        )


def told_of_people(settings: Settings) -> dict[str, set[str]]:
    """Names, e-mails and phones as the raw layer says them to whoever holds the keys."""
    vault = Vault.open(settings)
    told: dict[str, set[str]] = defaultdict(set)
    for source, (key, columns) in PEOPLE.items():
        for path in sorted((settings.raw / source).glob("[!_.]*.parquet")):
            for row in pq.read_table(path, partitioning=None).to_pylist():
                for column in columns:
                    if sealed := row[f"{column}_sealed"]:
                        keys = vault.open_keys([row["_seal_key_id"]])
                        place = f"{source}|{column}|{row[key]}"
                        text = unseal(keys[row["_seal_key_id"]], sealed, place)
                        # Of two planted rows the name is the id.
                        told[column] |= {text} - {row[key]}
    return told


def answers(settings: Settings) -> set[str]:
    """The middle of every longer answer, as it was delivered; not what the rubrics give as an example."""
    rubrics = "".join(path.read_text(encoding="utf-8") for path in settings.seeds.glob("*.csv"))
    texts = {
        json.loads(line)["text"] or ""
        for path in sorted((settings.landing / "answers").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    middles = ((text, (len(text) - OF_A_TEXT) // 2) for text in texts if len(text) >= SHORTEST_TEXT)
    found = {text[start : start + OF_A_TEXT] for text, start in middles}
    return {text for text in found if text not in rubrics}


def contents(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it is on the disk, and every column of a Parquet file decoded."""
    for path in sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink()):
        name = path.relative_to(home).as_posix()
        yield name, path.read_bytes()
        if path.suffix == ".parquet":
            table = pq.read_table(path, partitioning=None)
            for column in table.column_names:
                yield f"{name}: {column}", decoded(table[column])


def decoded(column: pa.ChunkedArray) -> bytes:
    """The values of a column, a line each."""
    while pa.types.is_list(column.type):
        column = pc.list_flatten(column)
    values = column.to_pylist() if not pa.types.is_temporal(column.type) else []
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def in_clear(settings: Settings, needles: Needles) -> list[str]:
    return [name for name, content in contents(settings.home) if needles.are_in(content)]


@pytest.fixture(scope="module")
def swept(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo as it stands after a build from the command line, which clears landing."""
    home = tmp_path_factory.mktemp("swept") / "home"
    shutil.copytree(demo_home.home, home, symlinks=True)
    settings = Settings(home=home)
    assert sweep(settings).left
    return settings


@pytest.fixture(scope="module")
def needles(demo_home: Settings) -> Needles:
    told = told_of_people(demo_home)
    texts = answers(demo_home)
    assert min(len(told["name"]), len(told["email"]), len(told["phone"]), len(texts)) > 250
    return Needles({*told["name"], *told["email"], *told["phone"], *texts})


def test_no_file_holds_a_text_a_name_an_email_or_a_phone_in_clear(swept: Settings, needles: Needles) -> None:
    assert in_clear(swept, needles) == []


def test_the_search_finds_them_where_they_do_stand_in_clear(demo_home: Settings, needles: Needles) -> None:
    found = in_clear(demo_home, needles)
    assert {name.split("/")[1] for name in found} >= {"answers", "candidates", "employees"}
    assert {name.split("/")[0] for name in found} == {"landing"}


@pytest.mark.parametrize("encoding", [*ENCODINGS, "unicode_escape"])
def test_one_name_in_one_column_is_enough_in_any_encoding(
    tmp_path: Path, demo_home: Settings, needles: Needles, encoding: str
) -> None:
    name = next(name for name in sorted(told_of_people(demo_home)["name"]) if len(name) == 3)
    row = f"x{name}y".encode(encoding)
    pq.write_table(pa.table({"n": [1, 2], "row": [b"", row]}), tmp_path / "one.parquet")
    assert "one.parquet: row" in in_clear(Settings(home=tmp_path), needles)
