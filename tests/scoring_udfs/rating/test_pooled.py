"""The model for new questions: references, scales, honest refusal."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from scoring_udfs.rating import FittedModel, fit, reasons

WORDS = [
    "数量盘点", "重量检验", "账实核对", "验收期限", "货物运输", "仓库布置",
    "人工检查", "条码扫描", "订单录入", "单据传递", "成本核算", "路线规划",
]  # fmt: skip


def listed(questions: int, scale: tuple[float, ...] = (1.0,), seed: int = 0) -> pa.Table:
    """Six answers to each question, each naming some of the four things that its reference lists."""
    random = np.random.default_rng(seed)
    rows = []
    for question in range(questions):
        names = [WORDS[at] for at in random.permutation(len(WORDS))[:8]]
        asked = f"第{question}题的内容包括：{'、'.join(names[:4])}。"
        top = scale[question % len(scale)]
        for answer in range(12):
            right = int(random.integers(0, 5))
            said = names[:right] + names[4 : 4 + int(random.integers(0, 2))]
            text = "、".join(said[at] for at in random.permutation(len(said))) + "。"
            rows.append((f"q{question}", f"{question}-{answer}", text, top * right, asked))
    names = ("question_id", "answer_id", "text", "rating", "reference")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def new_question(*texts: str, reference: str | None) -> pa.Table:
    count = len(texts)
    columns = {
        "question_id": ["new"] * count,
        "answer_id": [str(number) for number in range(count)],
        "text": list(texts),
        "reference": pa.array([reference] * count, pa.string()),
    }
    return pa.table(columns)


REFERENCE = "检查的方法有：重量检验、条码扫描、人工检查、账实核对。"


@pytest.fixture(scope="module")
def model() -> FittedModel:
    return fit(listed(20))


def test_a_new_question_is_rated_by_its_reference(model: FittedModel) -> None:
    assert model.report.pooled.installed
    assert {one.model for one in model.report.questions} == {"pooled"}
    texts = ("成本核算。", "重量检验。", "人工检查、账实核对。", "重量检验、条码扫描、人工检查、账实核对。")
    rows = model.predict(new_question(*texts, reference=REFERENCE)).to_pylist()
    ratings = [row["rating"] for row in rows]
    assert ratings == sorted(ratings)
    assert ratings[0] <= 1
    assert ratings[3] == 4
    assert {row["model"] for row in rows} == {"pooled"}


def test_without_a_reference_a_new_question_is_not_rated(model: FittedModel) -> None:
    (row,) = model.predict(new_question("重量检验。", reference=None)).to_pylist()
    assert (row["rating"], row["reason"]) == (None, reasons.NO_REFERENCE)


def test_too_few_questions_make_no_pool() -> None:
    model = fit(listed(9))
    assert (model.report.pooled.installed, model.report.pooled.reason) == (False, reasons.NO_POOL)


def test_ratings_by_chance_make_no_pool() -> None:
    rows = listed(20)
    chance = np.random.default_rng(3).integers(0, 5, rows.num_rows).astype(float)
    model = fit(rows.set_column(3, "rating", pa.array(chance)))
    assert model.report.pooled.reason == reasons.NOT_BETTER_THAN_LENGTH


def test_questions_on_scales_of_their_own_are_rated_on_them() -> None:
    # Most questions are out of 4, some out of 40.
    model = fit(listed(20, scale=(1.0, 1.0, 1.0, 10.0)))
    assert model.report.pooled.installed
    rows = listed(20, scale=(1.0, 1.0, 1.0, 10.0), seed=0)
    found = np.array(model.predict(rows)["rating"].to_pylist())
    assert np.corrcoef(found, rows["rating"].to_pylist())[0, 1] > 0.8
    (row,) = model.predict(new_question("重量检验。", reference=REFERENCE)).to_pylist()
    assert (row["rating"], row["model"], row["reason"]) == (None, "none", reasons.UNKNOWN_SCALE)


def test_the_state_of_a_pool_comes_back(model: FittedModel) -> None:
    rows = new_question("重量检验。", reference=REFERENCE)
    assert FittedModel.from_state(model.to_state()).predict(rows).equals(model.predict(rows))
