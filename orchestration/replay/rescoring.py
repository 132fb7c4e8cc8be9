"""Opens the sealed texts of some answers and scores them by the kernels, under the seeds of then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from scoring_udfs.errors import KernelError
from scoring_udfs.rubric import compile_rubrics
from scoring_udfs.score import SCORE_SCHEMA, score_answers
from warehouse.archive import ArchiveError
from warehouse.cipher import Sealer, SealError
from warehouse.seeds import read_seeds
from warehouse.settings import Settings
from warehouse.vault import Vault

# Only tells equal texts of one interview; its value is never compared.
_FINGERPRINT_PURPOSE = "replay"


@dataclass
class Rescored:
    """N answers with their scores, without text; interviews with a text whose key or whose seal is gone."""

    table: pa.Table
    erased: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)


def rescore(settings: Settings, seeds: Path, answers: pa.Table) -> Rescored:
    """`answers` as `Arrived.answers` gives them → the same with the columns of `SCORE_SCHEMA` for texts."""
    vault = Vault.open(settings)
    rescored = Rescored(answers)
    texts = _open(vault, answers, rescored)
    try:
        rubrics = compile_rubrics(read_seeds(seeds))
        scores = score_answers(answers, rubrics, vault.system_key(_FINGERPRINT_PURPOSE), texts)
    except KernelError as error:
        raise ArchiveError(f"The kernels of now cannot use the archived seeds {seeds}: {error}") from None
    kept = [name for name in answers.column_names if name not in (*SCORE_SCHEMA.names, "text_sealed")]
    rescored.table = pa.table(
        {
            **{name: answers.column(name) for name in kept},
            **{name: scores.column(name) for name in SCORE_SCHEMA.names},
        }
    )
    return rescored


def _open(vault: Vault, answers: pa.Table, rescored: Rescored) -> list[str | None]:
    """The texts, null where there is none any more."""
    sealers = _sealers(vault, answers)
    texts: list[str | None] = []
    columns = ("interview_id", "question_id", "attempt", "_seal_key_id", "text_sealed")
    for row in zip(*(answers.column(name).to_pylist() for name in columns), strict=True):
        interview_id, question_id, attempt, key_id, sealed = row
        texts.append(None)
        if sealed is None:
            continue
        if key_id not in sealers:
            rescored.erased.add(interview_id)
            continue
        try:
            texts[-1] = sealers[key_id].unseal(sealed, f"answers|text|{interview_id}|{question_id}|{attempt}")
        except SealError:
            rescored.damaged.add(interview_id)
    return texts


def _sealers(vault: Vault, answers: pa.Table) -> Mapping[str, Sealer]:
    key_ids = answers.column("_seal_key_id").drop_null().unique().to_pylist()
    return {key_id: Sealer(key) for key_id, key in vault.open_keys(key_ids).items()}
