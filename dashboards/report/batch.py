"""Reports of one or many interviews: made one after another, in flat memory, with an index beside them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

import pyarrow as pa

from dashboards.report.content import content
from dashboards.report.facts import Basis, Facts, Row, facts_of
from dashboards.report.glyphs import Glyphs
from dashboards.report.maker import Maker, Spoken
from dashboards.report.pdf import as_pdf
from warehouse.errors import UsageError
from warehouse.exports import to_csv
from warehouse.marts import Marts

# So many interviews are asked for in one question.
TOGETHER = 100
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
NO_TEXTS: Mapping[str, Spoken] = {}


@dataclass(frozen=True)
class Report:
    """A report as it was made."""

    row: Row
    pdf: bytes
    missing: Sequence[str]


def report(marts: Marts, maker: Maker, interview: str, spoken: Mapping[str, Spoken] = NO_TEXTS) -> Report:
    """One report; `UsageError` when there is no such interview among those that the reader may see."""
    basis, found = facts_of(marts, maker.viewer, [interview], maker.words.language)
    if not found:
        raise UsageError(f"There is no interview {interview} that {maker.viewer.name} can see.")
    return _made(found[0], basis, maker, spoken)


def reports(marts: Marts, maker: Maker, interviews: Iterable[str]) -> Iterator[Report]:
    """One after another, without the text of answers; those that the reader may not see are left out."""
    waiting = iter(interviews)
    while together := list(islice(waiting, TOGETHER)):
        basis, found = facts_of(marts, maker.viewer, together, maker.words.language)
        for facts in found:
            yield _made(facts, basis, maker, NO_TEXTS)


def write_zip(
    target: IO[bytes], made: Iterable[Report], maker: Maker, on_progress: Callable[[int], object]
) -> int:
    """Each report as a file, and an index that Excel opens; returns how many there are."""
    words, rows = maker.words, list[dict[str, object]]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, one in enumerate(made, 1):
            name = file_name(one.row, maker)
            archive.writestr(name, one.pdf)
            rows.append(_line(name, one, maker))
            on_progress(number)
        fields = list(rows[0]) if rows else [words("reports.column.file")]
        index = pa.table({field: pa.array([row[field] for row in rows]) for field in fields})
        archive.writestr(words("reports.index"), to_csv(index))
    return len(rows)


def file_name(row: Row, maker: Maker) -> str:
    """A name that every system takes; without the person's, who might stand in a list of downloads."""
    return maker.words("pdf.file", interview=_NO_FILE_NAME.sub("_", str(row["interview_id"])))


def _line(name: str, one: Report, maker: Maker) -> dict[str, object]:
    words, row = maker.words, one.row
    return {
        words("reports.column.file"): name,
        words("csv.interview_id"): row["interview_id"],
        words("csv.candidate_id"): row["candidate_id"],
        words("csv.name"): row["name"],
        words("csv.role_name"): row["role_name"],
        words("csv.status"): words.of("status", row["status"]),
        words("csv.composite_score"): row["composite_score"],
        words("csv.grade"): row["grade"],
        words("reports.column.missing"): " ".join(one.missing),
    }


def _made(facts: Facts, basis: Basis, maker: Maker, spoken: Mapping[str, Spoken]) -> Report:
    glyphs = Glyphs()
    pdf = as_pdf(content(facts, basis, maker, spoken, glyphs), maker.moment)
    return Report(facts.row, pdf, glyphs.missing)
