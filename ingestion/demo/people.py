"""People who do not exist: candidates, and the words and names that they are made of (`names.yml`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ingestion.demo.clock import day_text, time_text
from ingestion.demo.plan import Block, Bools, Floats, Ints, Planted
from ingestion.demo.writers import maybe

NAMES = Path(__file__).with_name("names.yml")
SOURCES = ("内部推荐", "猎聘", "前程无忧", "BOSS直聘", "校园招聘", "官网")
REFERRAL = 0
EDUCATION = ("专科", "本科", "硕士", "博士")
EDUCATION_SHARES = (0.18, 0.58, 0.21, 0.03)
ETHNICITIES = ("汉族", "回族", "满族", "壮族", "苗族", "维吾尔族")
ETHNICITY_SHARES = (0.92, 0.02, 0.02, 0.02, 0.01, 0.01)
INTERNAL_RATE = 0.07
CONSENT_VERSIONS = ("2025-01", "2026-01")
CANDIDATE_HEADERS = (
    *("候选人编号", "姓名", "邮箱", "手机", "学历", "工作年限", "简历来源", "性别", "出生年份", "民族"),
    *("同意书版本", "同意用途", "同意时间", "拒绝AI面试时间"),
)


@dataclass(frozen=True)
class People:
    """The P people of a block. `number` is that of their first interview: C0000001 sat in IV0000001."""

    number: Ints
    is_male: Bools
    source: Ints
    education: Ints
    years: Ints
    birth_year: Ints
    ethnicity: Ints
    is_internal: Bools
    names: list[str]

    def __len__(self) -> int:
        """Number of people."""
        return len(self.number)

    def candidate_ids(self) -> list[str]:
        """`C` and seven digits."""
        return [f"C{number:07d}" for number in self.number.tolist()]

    def effects(self, planted: Planted) -> Floats:
        """(P,) points that groups are planted to differ by."""
        return np.where(self.is_male, planted.male_effect, 0.0) + np.where(
            self.source == REFERRAL, planted.referral_effect, 0.0
        )


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """`names.yml`: surnames, given names, details, notes and comments."""
    with NAMES.open(encoding="utf-8") as file:
        loaded: Mapping[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def details() -> dict[str, list[str]]:
    """Sentences that make answers differ: each template of `details` with each of its numbers."""
    return {
        lang: [template.replace("{n}", str(number)) for template in templates for number in range(2, 13)]
        for lang, templates in words()["details"].items()
    }


def draw_names(rng: np.random.Generator, size: int) -> list[str]:
    """Surname by its real frequency, given name of one or two characters."""
    known = words()
    surnames: Sequence[str] = list(known["surnames"])
    shares = np.array([float(known["surnames"][surname]) for surname in surnames])
    given: Sequence[str] = list(known["given"])
    family = rng.choice(len(surnames), size, p=shares / shares.sum()).tolist()
    first, second = rng.integers(0, len(given), (2, size)).tolist()
    is_short = (rng.random(size) < 0.14).tolist()
    return [
        surnames[f] + given[a] + ("" if short else given[b])
        for f, a, b, short in zip(family, first, second, is_short, strict=True)
    ]


def draw_people(block: Block, size: int, planted: Planted) -> People:
    """Draws the people of a block."""
    rng = block.rng(1)
    referral = planted.referral_share[block.quarter]
    others = np.array([0.28, 0.22, 0.26, 0.12, 0.12]) * (1 - referral)
    years = np.minimum(np.floor(rng.gamma(2.0, 2.6, size)), 25).astype(np.int64)
    education = rng.choice(len(EDUCATION), size, p=EDUCATION_SHARES)
    is_internal = rng.random(size) < INTERNAL_RATE
    is_internal[0] = block.starts_internally
    return People(
        number=block.first_interview + np.arange(size),
        is_male=rng.random(size) < 0.52,
        source=rng.choice(len(SOURCES), size, p=np.concatenate(([referral], others))),
        education=education,
        years=years,
        birth_year=2026 - 22 - years - education - rng.integers(0, 4, size),
        ethnicity=rng.choice(len(ETHNICITIES), size, p=ETHNICITY_SHARES),
        is_internal=is_internal,
        names=draw_names(rng, size),
    )


def candidate_rows(block: Block, people: People, invited: Ints, refused: Ints) -> list[tuple[object, ...]]:
    """Rows under CANDIDATE_HEADERS; `invited` and `refused` are local seconds (P,), refused 0 = never.

    Phone numbers begin with 100, which no Chinese mobile number does, and mail goes to example.com.
    """
    rng = block.rng(2)
    size = len(people)
    consented = invited - rng.integers(600, 5 * 86400, size)
    gender = np.where(rng.random(size) < 0.03, -1, people.is_male).tolist()
    version = (day_text(consented) >= "2026-01-01").tolist()
    ethnicity_known = rng.random(size) < 0.9
    columns = (
        people.candidate_ids(),
        people.names,
        [f"c{number:07d}@example.com" for number in people.number.tolist()],
        [f"100{(number * 7919) % 10**8:08d}" for number in people.number.tolist()],
        [EDUCATION[e] for e in people.education.tolist()],
        people.years.tolist(),
        [SOURCES[s] for s in people.source.tolist()],
        [("女", "男", "")[g] for g in gender],
        people.birth_year.tolist(),
        maybe([ETHNICITIES[e] for e in people.ethnicity.tolist()], ethnicity_known),
        [CONSENT_VERSIONS[v] for v in version],
        ["内部选拔" if internal else "招聘评估" for internal in people.is_internal.tolist()],
        time_text(consented).tolist(),
        maybe(time_text(refused).tolist(), refused > 0),
    )
    return list(zip(*columns, strict=True))
