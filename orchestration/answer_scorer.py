"""Scores one piece of a raw file: read, open the sealed texts, score; what one process of a pass does.

A piece is read, opened and scored a few thousand rows at a time, so that memory depends on neither the size
of row groups nor the number of answers. Texts are opened only in the memory of the process that scores them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scoring_udfs.code_points import decode, encoded, text_chunks
from scoring_udfs.errors import KernelError
from scoring_udfs.negation import NegationCues
from scoring_udfs.normalised_texts import normalise_column
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import INPUT_COLUMNS, SCORE_SCHEMA, score_normalised
from scoring_udfs.signals import SIGNAL_SCHEMA, FunctionWords, compile_function_words, signal_features
from warehouse.cipher import SealError, unseal_texts
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings
from warehouse.vault import Vault

FINGERPRINT_PURPOSE = "text fingerprint"
SIGNAL_PURPOSE = "text signals"
# raw column → column of the score file, before and after those of the kernels
_ANSWER = {
    "interview_id": pa.field("interview_id", pa.string()),
    "question_id": pa.field("question_id", pa.string()),
    "attempt": pa.field("attempt", pa.int64()),
    "skipped": pa.field("skipped_by_source", pa.bool_()),
    "repeated": pa.field("repeated_by_source", pa.bool_()),
    "answer_seconds": pa.field("answer_seconds", pa.float64()),
    "pause_seconds": pa.field("pause_seconds", pa.float64()),
}
_LINEAGE = {
    "_file_id": pa.field("_file_id", pa.string()),
    "_row_number": pa.field("_row_number", pa.int64()),
    "_exported_at": pa.field("_exported_at", pa.timestamp("us", tz="UTC")),
    "_arrived_at": pa.field("_arrived_at", pa.timestamp("us", tz="UTC")),
    "_arrival_seq": pa.field("_arrival_seq", pa.int64()),
}
_RAW_COLUMNS = (*_ANSWER, "lang", "text_sealed", "_seal_key_id", *_LINEAGE)
SCORE_FILE_SCHEMA = pa.schema([*_ANSWER.values(), *SCORE_SCHEMA, *SIGNAL_SCHEMA, *_LINEAGE.values()])

# How much is opened at once: few enough for the processor's caches, enough that a batch costs nothing itself.
BATCH_ROWS = 4_096
BATCH_BYTES = 8 * 1024 * 1024
# Read ahead of a column, instead of the whole row group's share of it.
_READ_BYTES = 1024 * 1024
# Keys kept open: rows of one person stand near each other.
_KEPT_CIPHERS = 16_384


class ScoringError(ScorehouseError):
    """Answers cannot be scored."""


def unreadable(raw_file: Path, error: Exception) -> ScoringError:
    """A raw file that is damaged, or gone."""
    # Only the first line: what follows of Arrow's messages is about its own code.
    why = str(error).strip().partition("\n")[0].rstrip(".")
    return ScoringError(f"{raw_file} cannot be read ({why}): ingest its source file again.")


@dataclass(frozen=True)
class Policies:
    """What the seeds say, compiled once a pass; pickles."""

    rubrics: RubricSet
    words: FunctionWords

    @classmethod
    def of(cls, seeds: Mapping[str, pa.Table]) -> Policies:
        """Raises `KernelError`, one sentence, for seeds that cannot be used."""
        return cls(compile_rubrics(seeds), compile_function_words(seeds))


def warm_up() -> None:
    """Compiles every kernel of a pass, or reads it where it was kept."""
    nothing: dict[str, list[None]] = {name: [None] for name in INPUT_COLUMNS}
    texts = normalise_column(decode(encoded(["…"])))
    scores = score_normalised(pa.table(nothing), texts, RubricSet({}, (), (), NegationCues()), b"key")
    signal_features(texts, scores, b"key", compile_function_words({}))


@dataclass(frozen=True)
class Piece:
    """Rows of a raw file: `rows` of them after the first `skip` of these row groups."""

    raw_file: Path
    row_groups: tuple[int, ...]
    skip: int
    rows: int


@dataclass(frozen=True)
class Scored:
    """The scores of one piece, as `SCORE_FILE_SCHEMA`, and which of its rows had a text that is erased."""

    table: pa.Table
    lost: pa.Array

    @property
    def erased(self) -> int:
        """How many of its texts are erased."""
        return int(self.lost.true_count)


@dataclass
class _Ciphers:
    """The data keys of a vault, ready to open with; those met last are kept."""

    vault: Vault
    _kept: dict[str | None, AESGCM | None] = field(default_factory=dict)

    def of(self, key_ids: list[str | None]) -> list[AESGCM | None]:
        """One a key id; None for an erased key, and for no key."""
        missing = [key_id for key_id in key_ids if key_id is not None and key_id not in self._kept]
        if missing:
            if len(self._kept) + len(missing) > _KEPT_CIPHERS:
                self._kept = {key_id: self._kept[key_id] for key_id in key_ids if key_id in self._kept}
            found = self.vault.open_keys(missing)
            for key_id in missing:
                self._kept[key_id] = AESGCM(found[key_id]) if key_id in found else None
        return [self._kept.get(key_id) for key_id in key_ids]


@dataclass(frozen=True)
class Scorer:
    """What it takes to score a piece; each process makes its own."""

    policies: Policies
    fingerprint_key: bytes
    signal_key: bytes
    ciphers: _Ciphers

    @classmethod
    def make(cls, settings: Settings, policies: Policies) -> Scorer:
        """With the vault of the installation, which checks the master key."""
        vault = Vault.open(settings)
        fingerprint_key, signal_key = map(vault.system_key, (FINGERPRINT_PURPOSE, SIGNAL_PURPOSE))
        return cls(policies, fingerprint_key, signal_key, _Ciphers(vault))

    def score(self, piece: Piece) -> Scored:
        """The scores of every row, in the order of the file. Raises `ScoringError`."""
        tables, lost = [SCORE_FILE_SCHEMA.empty_table()], [pa.array([], pa.bool_())]
        try:
            for answers in _read(piece):
                texts = self._open(answers)
                was_there = answers.column("text_sealed").combine_chunks().is_valid()
                lost.append(pc.and_(was_there, texts.is_null()))
                tables += self._score(answers, texts)
        except (OSError, pa.ArrowInvalid) as error:
            raise unreadable(piece.raw_file, error) from error
        except (KernelError, SealError) as error:
            raise ScoringError(f"{piece.raw_file} cannot be scored: {error}") from error
        table = pa.concat_tables(tables)
        if table.num_rows != piece.rows:
            raise ScoringError(f"{piece.raw_file} changed while it was scored: run it again.")
        return Scored(table, pa.concat_arrays(lost))

    def _open(self, answers: pa.Table) -> pa.Array:
        """The texts as large_binary, null where there is none, or none any more."""
        sealed = answers.column("text_sealed").combine_chunks()
        keys = answers.column("_seal_key_id").combine_chunks().dictionary_encode(null_encoding="encode")
        ciphers = self.ciphers.of(keys.dictionary.to_pylist())
        return unseal_texts(sealed, _places(answers), ciphers, keys.indices.to_pylist())

    def _score(self, answers: pa.Table, texts: pa.Array) -> Iterator[pa.Table]:
        """Scores and signals; each text is normalised once for both."""
        row = 0
        for chunk in text_chunks(texts, "text", BATCH_ROWS, BATCH_BYTES):
            rows = answers.slice(row, len(chunk))
            row += len(chunk)
            normalised = normalise_column(decode(chunk))
            scores = score_normalised(rows, normalised, self.policies.rubrics, self.fingerprint_key)
            signals = signal_features(normalised, scores, self.signal_key, self.policies.words)
            columns = [
                *(rows.column(name).cast(field.type) for name, field in _ANSWER.items()),
                *scores.columns,
                *signals.columns,
                *(rows.column(name).cast(field.type) for name, field in _LINEAGE.items()),
            ]
            yield pa.Table.from_arrays(columns, schema=SCORE_FILE_SCHEMA)


def _places(answers: pa.Table) -> pa.Array:
    """Where each text stands, as ingestion sealed it there."""
    key = (answers.column(name).cast(pa.string()) for name in ("interview_id", "question_id", "attempt"))
    parts = (pc.fill_null(column, "") for column in key)
    return pc.binary_join_element_wise("answers", "text", *parts, "|").combine_chunks()


def _read(piece: Piece) -> Iterator[pa.Table]:
    """The rows of a piece, a batch at a time; only the columns that scoring needs."""
    with pq.ParquetFile(piece.raw_file, buffer_size=_READ_BYTES) as file:
        if max(piece.row_groups) >= file.num_row_groups:
            return
        for name in _RAW_COLUMNS:
            if name not in file.schema_arrow.names:
                raise ScoringError(f"{piece.raw_file} has no column {name}: ingest its source file again.")
        batches = file.iter_batches(
            _rows_at_once(file, piece), row_groups=list(piece.row_groups), columns=list(_RAW_COLUMNS)
        )
        begin, end, at = piece.skip, piece.skip + piece.rows, 0
        for batch in batches:
            start, stop = max(begin - at, 0), min(end - at, batch.num_rows)
            at += batch.num_rows
            if stop > start:
                yield pa.Table.from_batches([batch.slice(start, stop - start)])
            if at >= end:
                return


def _rows_at_once(file: pq.ParquetFile, piece: Piece) -> int:
    """So many rows that a batch of average texts stays below 8 MB."""
    groups = [file.metadata.row_group(number) for number in piece.row_groups]
    rows = sum(int(group.num_rows) for group in groups)
    size = sum(int(group.total_byte_size) for group in groups)
    return min(BATCH_ROWS, max(1, BATCH_BYTES * rows // max(size, 1)))
