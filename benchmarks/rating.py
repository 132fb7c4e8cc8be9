"""`python -m benchmarks.rating [FOLDER]`: how well the rating model agrees with teachers, and how fast it is.

FOLDER holds the public graded answers ADS and LE (Chinese, Apache-2.0); without one it is beside the
checkout. Every figure is of the card, from nested cross-validation: of ADS each question by its own model, of
LE whole questions held out, by references. Kappa is quadratic weighted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pyarrow as pa

from benchmarks.graded_answers import course, logistics
from scoring_udfs.rating import FittedModel, fit
from scoring_udfs.rating.report import Evidence
from warehouse.settings import REPOSITORY

GRADED_ANSWERS = REPOSITORY.parent / "shared" / "data" / "graded_answers_zh"

_PREDICTED = 5_000


def agreement(name: str, table: pa.Table) -> FittedModel:
    """Fits on a whole set and prints its figures."""
    began = time.perf_counter()
    model = fit(table)
    seconds = time.perf_counter() - began
    found = model.report.overall or model.report.pooled.evidence
    print(f"{name}: {table.num_rows:,} answers fitted in {seconds:.1f} s; {_figures(found)}", flush=True)
    return model


def _figures(found: Evidence | None) -> str:
    if found is None:
        return "nothing could be judged"
    # A pooled model's questions were held out whole, and words that nobody rated tell a ridge nothing.
    ridge = f"{found.tfidf.qwk:.4f}" if found.tfidf.qwk else "none (it knows no word of a new question)"
    return (
        f"kappa {found.model.qwk:.4f}, of a TF-IDF ridge {ridge}, of length alone "
        f"{found.length.qwk:.4f}; intervals of 90 % hold {found.coverage:.1%}"
    )


def speed(model: FittedModel, table: pa.Table) -> None:
    """Answers rated a second of one processor."""
    rows = pa.concat_tables([table] * (_PREDICTED // table.num_rows + 1)).slice(0, _PREDICTED)
    model.predict(rows.slice(0, 100))
    # Of the processor, on which other work has less effect.
    began = time.process_time()
    model.predict(rows)
    print(f"{len(rows) / (time.process_time() - began):,.0f} answers rated a second of one processor")


def rating(folder: Path) -> None:
    """Both sets, then the speed on ADS; a line why not where there are none."""
    if not folder.is_dir():
        print(f"The rating model is not measured: there are no graded answers in {folder}.")
        return
    agreement("LE, new questions by their references", logistics(folder).drop_columns(["asked"]))
    answers = course(folder).drop_columns(["asked"])
    speed(agreement("ADS, each question by its own model", answers), answers)


if __name__ == "__main__":
    rating(Path(sys.argv[1]) if len(sys.argv) > 1 else GRADED_ANSWERS)
