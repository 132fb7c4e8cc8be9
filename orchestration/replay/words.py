"""Every sentence of a replay, in English and in Chinese."""

from __future__ import annotations

LANGUAGES = ("en", "zh")

WORDS: dict[str, dict[str, str]] = {
    "equal": {
        "en": "All {n} results of run {run} come out again as they were published, in every bit.",
        "zh": "运行 {run} 的 {n} 个结果重算后与发布时逐位一致。",
    },
    "one_equal": {
        "en": "The result of run {run} comes out again as it was published, in every bit.",
        "zh": "运行 {run} 的结果重算后与发布时逐位一致。",
    },
    "not_equal": {
        "en": "{bad} of {n} results of run {run} do not come out as they were published.",
        "zh": "运行 {run} 的 {n} 个结果中，有 {bad} 个与发布时不一致。",
    },
    "not_replayed": {
        "en": "{bad} of {n} results of run {run} cannot be replayed.",
        "zh": "运行 {run} 的 {n} 个结果中，有 {bad} 个无法重算。",
    },
    "name_some": {
        "en": "Name interviews to replay, or choose some with --random N.",
        "zh": "请给出要重算的面试，或用 --random N 随机抽取。",
    },
    "differs": {
        "en": "{id}: the replay gives something else than what was published.",
        "zh": "{id}：重算结果与发布时不同。",
    },
    "altered": {
        "en": "{id}: the published file and the archive disagree: one of them was changed since.",
        "zh": "{id}：发布文件与存档不符，其中之一后来被改动。",
    },
    "erased": {
        "en": "{id}: the texts of this person were erased, so the result cannot be replayed.",
        "zh": "{id}：此人的回答文本已被删除，无法重算。",
    },
    "damaged": {
        "en": "{id}: a sealed text was changed or moved, it does not open; restore raw/answers.",
        "zh": "{id}：有一份加密文本无法打开，已被改动或移动；请恢复 raw/answers。",
    },
    "unknown": {
        "en": "{id}: run {run} has no result of this interview.",
        "zh": "{id}：运行 {run} 中没有这场面试的结果。",
    },
    "status_only": {
        "en": "{id}: never completed, so there is a status and no score.",
        "zh": "{id}：面试未完成，只有状态，没有分数。",
    },
    "published": {"en": "published", "zh": "发布时"},
    "replayed": {"en": "replayed", "zh": "重算"},
    "is_equal": {"en": "equal", "zh": "一致"},
    "what": {"en": "what", "zh": "项目"},
    "interview": {"en": "interview", "zh": "面试"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "NO", "zh": "否"},
    "versions": {
        "en": "Run {run} of {started}: rubric {rubric}, weights {weights}, kernels {kernel}.",
        "zh": "运行 {run}（{started}）：评分规则 {rubric}，权重 {weights}，评分内核 {kernel}。",
    },
    "other_code": {
        "en": "The kernels of now ({now}) are other code than those that scored this run.",
        "zh": "当前评分内核（{now}）与该运行所用的代码不同。",
    },
    "other_engine": {
        "en": "The marts were computed by {then}, the replay by {now}.",
        "zh": "该运行由 {then} 计算，重算使用 {now}。",
    },
    "file_gone": {
        "en": "Its published file is gone: compared with the digests and scores that were archived with it.",
        "zh": "该运行的发布文件已不在：与当时存档的分数和摘要比较。",
    },
    "not_compared": {
        "en": "Not compared, since they rest on other people or score nothing: {columns}, flags of signals.",
        "zh": "以下各列取决于他人或不计分，未作比较：{columns}，以及提示性标记。",
    },
    "fewer": {
        "en": "The run has only {n} completed interviews.",
        "zh": "该运行只有 {n} 场已完成的面试。",
    },
    "sample": {
        "en": "Chosen at random; --seed {seed} chooses the same ones again.",
        "zh": "随机抽取；用 --seed {seed} 可再次抽到同样的面试。",
    },
    "more": {"en": "… and {n} more.", "zh": "……另有 {n} 个。"},
    "result": {"en": "result", "zh": "结果"},
    "competencies": {"en": "competencies", "zh": "能力项"},
    "answers": {"en": "answers", "zh": "回答"},
    "losses": {"en": "losses", "zh": "失分点"},
}


def say(name: str, language: str, **values: object) -> str:
    """A sentence with its values."""
    return WORDS[name][language].format(**values)
