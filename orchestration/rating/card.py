"""The model card: what a fit learnt from, how good it is, what it is for and what it cannot do."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from orchestration.rating.card_words import LANGS, WORDS
from orchestration.rating.groups import LEAST_SHOWN, GroupGap
from orchestration.rating.model_folder import CARD_JSON, CARD_MD, Facts
from scoring_udfs.rating import Report
from scoring_udfs.rating.reasons import sentence
from scoring_udfs.rating.report import Evidence, QuestionReport

_LIMITS = ("limit_humans", "limit_data", "limit_words", "limit_stuffing", "limit_coverage", "limit_privacy")


# Between the card's languages.
_BETWEEN = "\n\n---\n\n"


def cards(report: Report, facts: Facts, groups: Sequence[GroupGap], origin: str) -> dict[str, str]:
    """card.md (Chinese, then English) and card.json, by file name; `origin`: file or warehouse."""
    markdown = _BETWEEN.join(_Card(lang, report, facts, groups, origin).text() for lang in LANGS)
    whole = {
        "facts": asdict(facts) | {"origin": origin},
        "intended_use": WORDS["use_text"],
        "limits": [WORDS[name] for name in _LIMITS],
        "report": asdict(report) | {"questions": [_question(one) for one in report.questions]},
        "groups": [asdict(group) for group in groups],
    }
    text = json.dumps(_finite(whole), ensure_ascii=False, indent=2, sort_keys=True)
    return {CARD_MD: f"{markdown}\n", CARD_JSON: f"{text}\n"}


def in_language(card: str, lang: str) -> str:
    """One language of a card.md."""
    parts = card.split(_BETWEEN)
    return f"{parts[LANGS.index(lang)].strip()}\n" if len(parts) == len(LANGS) else card


def _question(one: QuestionReport) -> dict[str, object]:
    """As JSON; the ends of a scale that few ratings make are those of persons."""
    hidden = {"lowest": None, "highest": None, "step": None} if _is_small(one.answers) else {}
    return asdict(one) | hidden


def _is_small(answers: int) -> bool:
    return answers < LEAST_SHOWN


def installed(report: Report) -> tuple[int, int]:
    """How many questions have a model of their own, and how many the pooled one serves."""
    verdicts = [question.model for question in report.questions]
    return verdicts.count("question"), verdicts.count("pooled")


class _Card:
    """One language of a card."""

    def __init__(
        self, lang: str, report: Report, facts: Facts, groups: Sequence[GroupGap], origin: str
    ) -> None:
        self._lang = lang
        self._report = report
        self._facts = facts
        self._groups = groups
        self._origin = origin

    def text(self) -> str:
        """Markdown."""
        sections = [
            f"# {self._say('title')}",
            *self._section("use", self._say("use_text")),
            *self._section("facts", self._fact_table()),
            *self._section("overall", self._overall()),
            *self._section("by_question", self._question_table()),
            *self._section("refusals", self._refusals()),
            *self._section("pooled", self._pooled()),
            *self._section("attacks", self._attacks()),
            *self._section("groups", self._group_table()),
            *self._section("limits", "\n".join(f"- {self._say(name)}" for name in _LIMITS)),
        ]
        return "\n\n".join(sections)

    def _say(self, name: str, **values: object) -> str:
        return WORDS[name][self._lang].format(**values)

    def _section(self, name: str, body: str) -> list[str]:
        return [f"## {self._say(name)}", body] if body else []

    def _fact_table(self) -> str:
        own, pooled = installed(self._report)
        libraries = ", ".join(f"{name} {number}" for name, number in self._facts.libraries.items())
        rows = [
            ("created_on", self._facts.created_on),
            ("data", f"{self._say(f'from_{self._origin}')}, {self._facts.data_hash}"),
            ("seed", str(self._facts.seed)),
            ("answers", f"{self._report.answers:,}"),
            ("questions", f"{len(self._report.questions):,}"),
            ("installed", f"{own:,}"),
            ("pooled_serves", f"{pooled:,}"),
            ("libraries", libraries),
        ]
        return "\n".join(f"- {self._say(name)}: {value}" for name, value in rows)

    def _overall(self) -> str:
        intro = self._say(
            "overall_text", folds=self._report.folds, confidence=f"{self._report.confidence:.0%}"
        )
        if self._report.overall is None:
            return intro
        headers = ["n", "human", *_EVIDENCE]
        cells = [
            f"{self._report.overall.model.answers:,}",
            _two(self._report.human_qwk),
            *_evidence(self._report.overall),
        ]
        return f"{intro}\n\n{self._table(headers, [cells])}"

    def _question_table(self) -> str:
        headers = ["question", "n", "raters", "scale", "human", *_EVIDENCE, "verdict"]
        return self._table(headers, [self._question_row(one) for one in self._report.questions])

    def _question_row(self, one: QuestionReport) -> list[str]:
        scale = f"{one.lowest:g}–{one.highest:g}" + (f" / {one.step:g}" if one.step else "")
        if _is_small(one.answers):
            scale = "–"
        return [
            *(one.question_id, f"{one.answers:,}", f"{one.raters:,}", scale, _two(one.human_qwk)),
            *_evidence(one.evidence),
            self._say(f"verdict_{one.model}"),
        ]

    def _refusals(self) -> str:
        refused: dict[str, list[str]] = {}
        for one in self._report.questions:
            if one.reason:
                refused.setdefault(one.reason, []).append(one.question_id)
        return "\n".join(
            f"- {sentence(code, self._lang)} ({', '.join(map(_cell, ids))})" for code, ids in refused.items()
        )

    def _pooled(self) -> str:
        pooled = self._report.pooled
        verdict = self._say("pooled_installed" if pooled.installed else "pooled_refused")
        reason = "" if pooled.installed else sentence(pooled.reason, self._lang)
        text = f"{self._say('pooled_text', questions=pooled.questions)} {verdict} {reason}".rstrip()
        if pooled.evidence is None:
            return text
        cells = [f"{pooled.evidence.model.answers:,}", *_evidence(pooled.evidence)]
        return f"{text}\n\n{self._table(['n', *_EVIDENCE], [cells])}"

    def _attacks(self) -> str:
        rows = [
            [
                self._say(f"attack_{attack.name}"),
                f"{attack.answers:,}",
                f"{attack.mean_change:+.2f}",
                _share(attack.share_raised),
            ]
            for attack in self._report.attacks
        ]
        if not rows:
            return ""
        table = self._table(["attack", "n", "mean_change", "share_raised"], rows)
        return f"{self._say('attacks_text')}\n\n{table}"

    def _group_table(self) -> str:
        groups = [*self._groups, *_gaps_of(self._report)]
        if not groups:
            return ""
        rows = [
            [
                group.column,
                group.value or self._say("unknown"),
                self._say("hidden") if group.n is None else f"{group.n:,}",
                self._say("hidden") if group.mean_error is None else f"{group.mean_error:+.2f}",
            ]
            for group in groups
        ]
        table = self._table(["group", "value", "n", "mean_error"], rows)
        return f"{self._say('groups_text', least=LEAST_SHOWN)}\n\n{table}"

    def _table(self, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        lines = [[self._say(name) for name in headers], ["---"] * len(headers), *rows]
        return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


_EVIDENCE = ("model_kappa", "tfidf", "length", "gain", "rmse", "coverage", "width")


def _gaps_of(report: Report) -> list[GroupGap]:
    """The slices that the model itself was judged on, such as the language of an answer."""
    return [
        GroupGap(one.name, one.value, one.figures.answers, one.mean_gap)
        if one.figures.answers >= LEAST_SHOWN
        else GroupGap(one.name, one.value, None, None)
        for one in report.groups
    ]


def _evidence(evidence: Evidence | None) -> list[str]:
    if evidence is None:
        return ["–"] * len(_EVIDENCE)
    low, high = evidence.gain_over_length
    return [
        *(_two(figures.qwk) for figures in (evidence.model, evidence.tfidf, evidence.length)),
        f"{low:+.2f} … {high:+.2f}",
        _two(evidence.model.rmse),
        _share(evidence.coverage),
        _two(evidence.width),
    ]


def _two(value: float | None) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{value:.2f}"


def _share(value: float) -> str:
    return f"{value:.0%}" if math.isfinite(value) else "–"


def _cell(text: str) -> str:
    """A name as it may stand in a table: ids come from other people's files."""
    plain = "".join(mark if mark.isprintable() else " " for mark in text)
    return "".join(f"\\{mark}" if mark in "\\|`*<>[]" else mark for mark in plain)


def _finite(value: object) -> object:
    """JSON knows no NaN: what could not be computed is null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
