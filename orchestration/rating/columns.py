"""Which column of a file of answers is which: the words of the contracts, and two columns more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingestion.contract import DIRECTORY, Contract, load_contract
from ingestion.rows.headers import HeaderReader, fold

_ANSWER_ID = ("回答ID", "回答编号", "答案ID", "答案编号", "作答ID", "作答编号", "answer_no", "response_id")
_REFERENCE = (
    *("参考答案", "标准答案", "参考", "references", "reference_answer", "reference_answers"),
    *(f"reference{number}" for number in range(1, 10)),
)
_COMPETENCY_RAW = ("原始分", "raw_score")


@dataclass(frozen=True)
class Headers:
    """`found`: column → the headers that stand for it, best first (`reference`: all, in the file's order)."""

    found: dict[str, tuple[str, ...]]
    others: tuple[str, ...]

    def first(self, column: str) -> str | None:
        """The header that counts for a column."""
        return next(iter(self.found.get(column, ())), None)

    def named(self, name: str) -> str | None:
        """The header that a person means by `name`, in any case, with or without spaces."""
        known = [*self.others, *(header for headers in self.found.values() for header in headers)]
        return next((header for header in known if fold(header) == fold(name)), None)


class AnswerColumns:
    """Knows the headers of one kind of file."""

    def __init__(self, contract: Contract) -> None:
        self._reader = HeaderReader(contract)

    def find(self, header: str) -> object | None:
        """For the readers, who look for the row with the headers."""
        return self._reader.find(header)

    def read(self, headers: Sequence[str]) -> Headers:
        """Sorts the headers of a file."""
        found = self._reader.read(headers)
        columns = dict(found.columns)
        if "reference" in columns:
            columns["reference"] = tuple(header for header in headers if header in columns["reference"])
        return Headers(columns, found.unknown + found.emotion)


@cache
def rated_answers() -> AnswerColumns:
    """question_id, answer_id, text, rating, rater_id, reference."""
    ratings = load_contract(DIRECTORY / "human_ratings.yml").columns
    answers = load_contract(DIRECTORY / "answers.yml").columns
    return AnswerColumns(
        _contract(
            # Before `question`, which may hold the question's words.
            question_id=("q_id", "qid", *ratings["question_id"].aliases, *answers["question_id"].aliases),
            answer_id=_ANSWER_ID,
            text=answers["text"].aliases,
            rating=ratings["rating"].aliases,
            rater_id=ratings["rater_id"].aliases,
            reference=_REFERENCE,
        )
    )


@cache
def rated_competencies() -> AnswerColumns:
    """competency_id, raw, rating, interview_id."""
    ratings = load_contract(DIRECTORY / "human_ratings.yml").columns
    return AnswerColumns(
        _contract(
            competency_id=ratings["competency_id"].aliases,
            interview_id=ratings["interview_id"].aliases,
            raw=_COMPETENCY_RAW,
            rating=ratings["rating"].aliases,
        )
    )


def _contract(**aliases: Sequence[str]) -> Contract:
    columns = {
        name: {
            "type": "score" if name in ("rating", "raw") else "string",
            "aliases": tuple(dict.fromkeys(words)),
        }
        for name, words in aliases.items()
    }
    return Contract.model_validate(
        {"source": "ratings", "version": "1", "key": (), "expected_every_days": 1, "columns": columns}
    )
