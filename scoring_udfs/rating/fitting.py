"""One fit: from rated answers to every model and the report."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring_udfs.errors import KernelError
from scoring_udfs.rating import pooled, question, reasons
from scoring_udfs.rating.agreement import human_agreement
from scoring_udfs.rating.answers import Answers, Raters
from scoring_udfs.rating.attacks import Tried, attacks_of
from scoring_udfs.rating.conformal import CONFIDENCE
from scoring_udfs.rating.corpus import FEWEST_QUESTIONS, Read, Readings, read_corpus
from scoring_udfs.rating.crossfit import LeftOut
from scoring_udfs.rating.evidence import HeldOut, judged
from scoring_udfs.rating.learners import LEARNERS
from scoring_udfs.rating.report import Evidence, PooledReport, QuestionReport, Report
from scoring_udfs.rating.scale import Scale, scale_of
from scoring_udfs.rating.slices import slices
from scoring_udfs.rating.variants import Variants

FEWEST_RATINGS = 50

Progress = Callable[[int, int], None]  # steps done, steps in all
_POOLED = "pooled"
_Key = tuple[str, str, LeftOut]  # "question" or "pooled", question, folds left out


@dataclass(frozen=True)
class Parts:
    """All that a fitted model is made of."""

    readings: Readings
    scales: dict[str, Scale]
    scale: Scale  # of all ratings together
    questions: dict[str, question.QuestionModel]  # those installed
    pooled: pooled.PooledModel | None
    served: dict[str, str]  # question → "question", "pooled" or "none"
    refused: dict[str, str]  # question → reason code, empty where its own model serves
    report: Report
    held_out: dict[str, Any]


class Fit:
    """The rated answers of one fit."""

    def __init__(self, by_question: dict[str, Answers], raters: dict[str, Raters], seed: int) -> None:
        if not by_question:
            raise KernelError("There is no answer with both a text and a rating, so nothing can be learnt.")
        self.by_question = by_question
        self.raters = raters
        self.seed = seed
        self.scales = {name: scale_of(answers.rating) for name, answers in by_question.items()}

    def run(self, on_progress: Progress | None) -> Parts:
        """Everything: read, cross-validate, judge, install."""
        read, readings = read_corpus(self.by_question, self.seed)
        own = {
            name: self._material(name, Variants.of(found.units, found.rests), readings)
            for name, found in read.items()
            if not self._too_little(name)
        }
        together = self._pooled_material(read, readings)
        work: dict[_Key, Callable[[], Any]] = {
            ("question", name, out): job
            for name, material in own.items()
            for out, job in question.jobs(material, self.seed).items()
        }
        if together is not None:
            work |= {(_POOLED, "", out): job for out, job in pooled.jobs(together, self.seed).items()}
        results = _computed(work, on_progress)
        pooled_model, pooled_report = self._judge_pooled(together, results)
        return self._install(own, results, read, readings, pooled_model, pooled_report)

    def _too_little(self, name: str) -> str:
        if len(self.by_question[name]) < FEWEST_RATINGS:
            return reasons.FEW_RATINGS
        scale = self.scales[name]
        return reasons.CONSTANT_RATINGS if scale.lowest == scale.highest else ""

    def _material(self, name: str, variants: Variants, readings: Readings) -> question.Material:
        numbers = readings.numbers(variants.texts, [readings.references[name]] * len(variants.texts))
        return question.Material.of(variants, numbers, self.by_question[name].rating, self.seed)

    def _pooled_material(self, read: dict[str, Read], readings: Readings) -> pooled.PooledMaterial | None:
        names = [name for name in self.by_question if readings.references[name].prepared]
        ratings = [self.by_question[name].rating for name in names]
        if len(names) < FEWEST_QUESTIONS or sum(map(len, ratings)) < FEWEST_RATINGS:
            return None
        variants = Variants.of(
            [text for name in names for text in read[name].units],
            [rests for name in names for rests in read[name].cold],
        )
        asked = np.repeat(np.arange(len(names)), [len(some) for some in ratings])
        references = [readings.references[names[row]] for row in (*asked, *asked[variants.doubt.owner])]
        material = pooled.PooledMaterial.of(
            readings.numbers(variants.texts, references),
            variants.doubt,
            np.array([float(len(text)) for text in variants.texts[: len(asked)]]),
            np.concatenate(ratings),
            asked,
            self.seed,
        )
        return material if material.is_enough else None

    def _judge_pooled(
        self, together: pooled.PooledMaterial | None, results: dict[tuple[str, str], dict[LeftOut, Any]]
    ) -> tuple[pooled.PooledModel | None, PooledReport]:
        if together is None:
            return None, PooledReport(0, False, reasons.NO_POOL, None)
        model, seen = pooled.assemble(together, results[(_POOLED, "")])
        evidence, is_better = judged(seen, self.seed)
        reason = "" if is_better else reasons.NOT_BETTER_THAN_LENGTH
        report = PooledReport(len(np.unique(together.question)), is_better, reason, evidence)
        return (model if is_better else None), report

    def _install(
        self, own: dict[str, question.Material], results: dict[tuple[str, str], dict[LeftOut, Any]],
        read: dict[str, Read], readings: Readings, pooled_model: pooled.PooledModel | None,
        pooled_report: PooledReport,
    ) -> Parts:  # fmt: skip
        models: dict[str, question.QuestionModel] = {}
        seen: dict[str, HeldOut] = {}
        reports: list[QuestionReport] = []
        for name in self.by_question:
            reason, evidence, weights = self._too_little(name), None, {}
            if name in own:
                model, seen[name] = question.assemble(own[name], results[("question", name)])
                evidence, is_better = judged(seen[name], self.seed)
                weights = dict(zip(LEARNERS, model.stack.weights.tolist(), strict=True))
                reason = "" if is_better else reasons.NOT_BETTER_THAN_LENGTH
                if is_better:
                    models[name] = model
            # Where its own model was judged and refused, no other one takes its place unjudged.
            is_pooled = reason == reasons.FEW_RATINGS and pooled_model and readings.references[name].prepared
            served = "question" if name in models else _POOLED if is_pooled else "none"
            reports.append(self._report_of(name, served, reason, evidence, weights))
        everything = HeldOut.joined(list(seen.values())) if seen else None
        report = Report(
            answers=sum(map(len, self.by_question.values())),
            questions=tuple(reports),
            # Of the answers that the model was judged on, as the figures beside it are.
            human_qwk=human_agreement(_all_raters({name: self.raters[name] for name in seen or self.raters})),
            overall=judged(everything, self.seed)[0] if everything else None,
            pooled=pooled_report,
            groups=slices([text for name in seen for text in read[name].units], everything),
            folds=question.FOLDS,
            confidence=CONFIDENCE,
            attacks=attacks_of(self._tried(models, own, read), readings, self.seed),
        )
        return Parts(
            readings,
            self.scales,
            scale_of(np.concatenate([one.rating for one in self.by_question.values()])),
            models, pooled_model,
            {one.question_id: one.model for one in reports}, {one.question_id: one.reason for one in reports},
            report, self._held_out(seen),
        )  # fmt: skip

    def _tried(
        self, models: dict[str, question.QuestionModel], own: dict[str, question.Material],
        read: dict[str, Read],
    ) -> list[Tried]:  # fmt: skip
        everyone = [(name, text) for name, found in read.items() for text in found.units if len(text)]
        return [
            Tried(
                name, model, own[name], read[name].units, [text for other, text in everyone if other != name]
            )
            for name, model in models.items()
        ]

    def _report_of(
        self, name: str, served: str, reason: str, evidence: Evidence | None, weights: dict[str, float]
    ) -> QuestionReport:
        scale, raters = self.scales[name], self.raters[name]
        return QuestionReport(
            name, len(self.by_question[name]), len(raters), human_agreement(raters),
            scale.lowest, scale.highest, scale.step, served, reason, evidence, weights,
        )  # fmt: skip

    def _held_out(self, seen: dict[str, HeldOut]) -> dict[str, Any]:
        answers = [self.by_question[name] for name in seen]
        empty = np.empty(0)
        return {
            "question_id": [one for some in answers for one in some.question_id],
            "answer_id": [one for some in answers for one in some.answer_id],
            "predicted": np.concatenate([empty, *(one.model for one in seen.values())]),
            "rating": np.concatenate([empty, *(one.ratings for one in seen.values())]),
        }


def _computed(
    work: dict[_Key, Callable[[], Any]], on_progress: Progress | None
) -> dict[tuple[str, str], dict[LeftOut, Any]]:
    """Every job's result. Jobs share nothing, and what they run in is compiled and frees the interpreter."""
    results: dict[tuple[str, str], dict[LeftOut, Any]] = defaultdict(dict)
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        waiting = {key: pool.submit(job) for key, job in work.items()}
        for done, ((kind, name, out), future) in enumerate(waiting.items()):
            results[(kind, name)][out] = future.result()
            if on_progress:
                on_progress(done + 1, len(work))
    return results


def _all_raters(raters: dict[str, Raters]) -> Raters:
    """Raters over all questions; an answer is known by its question and its own id."""
    together: Raters = defaultdict(dict)
    for name, by_rater in raters.items():
        for rater, rated in by_rater.items():
            together[rater] |= {f"{name}\0{answer}": rating for answer, rating in rated.items()}
    return dict(together)
