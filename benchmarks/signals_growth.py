"""How long it takes to find answers that are alike, as there are more of them.

Data: generated (synthetic). Timed are the three models that compare (`int_similar_texts`,
`int_similar_pairs`, `int_similar_links`), by dbt's own account and in full, on scores that are there already.
The exponent says by how much the time grows: 1 where twice the answers take twice as long, 2 where every one
is compared with every other.
"""

from __future__ import annotations

import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.warehouse_build import NO_TESTS, dbt
from ingestion import ingest
from ingestion.demo import write_demo
from orchestration import run_record
from orchestration.bulk_scoring import score_new
from warehouse.database_files import attach
from warehouse.settings import Settings

ANSWERS = (50_000, 100_000, 200_000)
MODELS = ("int_similar_texts", "int_similar_pairs", "int_similar_links")
# Of the demo: about so many answers an interview.
_ANSWERS_AN_INTERVIEW = 7.4


@dataclass(frozen=True)
class Likeness:
    """Texts that were compared, the pairs that met, and the seconds of all three models."""

    texts: int
    pairs: int
    links: int
    seconds: float


def likeness(home: Path, answers: int) -> Likeness:
    """Generates about so many answers in a new home, and times the models on them."""
    settings = Settings(home=home).ensure()
    write_demo(settings.landing, interviews=round(answers / _ANSWERS_AN_INTERVIEW))
    ingest.run(settings)
    score_new(settings)
    run_record.begin(settings, run_record.new_run_id())
    dbt(settings, "build", *NO_TESTS, "--select", f"+{MODELS[-1]}")
    account = json.loads((settings.build / "target" / "run_results.json").read_text(encoding="utf-8"))
    seconds = {one["unique_id"].split(".")[-1]: one["execution_time"] for one in account["results"]}
    with duckdb.connect() as connection:
        attach(connection, settings, settings.build / "build.duckdb", "built", read_only=True)
        texts, pairs, links = (
            connection.sql(f"select count(*) from built.intermediate.{model}").fetchall()[0][0]
            for model in MODELS
        )
    return Likeness(texts, pairs, links, sum(float(seconds[model]) for model in MODELS))


def growth(sizes: tuple[int, ...] = ANSWERS) -> None:
    """Prints a line a size, and how the time grows from each to the next."""
    print("\nanswers alike: texts compared      pairs      links   seconds   exponent")
    last: Likeness | None = None
    for answers in sizes:
        with tempfile.TemporaryDirectory(prefix="scorehouse-alike-") as folder:
            found = likeness(Path(folder) / "home", answers)
        exponent = ""
        if last is not None:
            exponent = f"{math.log(found.seconds / last.seconds) / math.log(found.texts / last.texts):>10.2f}"
        print(
            f"{found.texts:>29,} {found.pairs:>10,} {found.links:>10,} {found.seconds:>9.2f} {exponent}",
            flush=True,
        )
        last = found


if __name__ == "__main__":
    growth()
