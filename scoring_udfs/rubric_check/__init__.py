"""Looks through the policies for what was probably not meant, before anybody is judged by it.

`check(seeds, faults, today)` gives every finding, gravest first. An *error* cannot be scored by, or a build
would refuse it; a *warning* is probably not meant; a *note* is good to know. A finding is a code with its
place and its details: the words for it stand in the catalogue of whoever shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import pyarrow as pa

from scoring_udfs.errors import KernelError
from scoring_udfs.rubric import compile_rubrics
from scoring_udfs.rubric_check import bands, cues, orphans, phrases, sayings, texts, weights
from scoring_udfs.rubric_check.finding import SEVERITIES, Fault, Finding, Policies
from scoring_udfs.rubric_check.finding import Severity as Severity

__all__ = ["SEVERITIES", "Finding", "Severity", "check"]


def check(seeds: Mapping[str, pa.Table], faults: Iterable[Fault], today: dt.date) -> list[Finding]:
    """Every finding about `seeds` (all columns strings, '' as null), gravest first, then by place.

    `faults`: what reading the seeds found already; `today`: the company's day, for weights that begin later.
    A seed that is absent, or lacks a column, is looked past, since a fault names it.
    """
    faults = tuple(faults)
    found = [Finding("error", f.code, f.seed, f.row, f.column, dict(f.details)) for f in faults]
    torn = {fault.seed for fault in faults if fault.code == "no_column"}
    policies = Policies({name: seed for name, seed in seeds.items() if name not in torn})
    for part in (
        weights.check(policies, today),
        bands.check(policies),
        orphans.check(policies),
        texts.check(policies),
        phrases.check(policies),
        cues.check(policies),
    ):
        found += part
    if not any(finding.severity == "error" for finding in found):
        found += _as_the_kernel_sees_them(policies)
    return sorted(
        dict.fromkeys(found), key=lambda f: (SEVERITIES.index(f.severity), f.seed, f.row or 0, f.code)
    )


def _as_the_kernel_sees_them(policies: Policies) -> list[Finding]:
    """What only shows when phrases are really looked for; needs seeds that compile."""
    try:
        rubrics = compile_rubrics(policies.seeds)
    except KernelError as error:
        return [Finding("error", "other", "", None, None, {"sentence": str(error)})]
    return list(sayings.check(policies, rubrics))
