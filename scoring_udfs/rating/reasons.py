"""Why a question has no model of its own, or an answer no rating: codes, and their words in two languages."""

from __future__ import annotations

FEW_RATINGS = "few_ratings"
CONSTANT_RATINGS = "constant_ratings"
NOT_BETTER_THAN_LENGTH = "not_better_than_length"
UNKNOWN_QUESTION = "unknown_question"
NO_REFERENCE = "no_reference"
NO_POOL = "no_pool"
UNKNOWN_SCALE = "unknown_scale"
NO_TEXT = "no_text"
EMPTY_TEXT = "empty_text"
DOUBTFUL_TEXT = "doubtful_text"

WORDS: dict[str, dict[str, str]] = {
    FEW_RATINGS: {
        "zh": "这道题的有效评分少于 50 个，不建立单题模型。",
        "en": "Fewer than 50 answers to this question were rated, so it has no model of its own.",
    },
    CONSTANT_RATINGS: {
        "zh": "这道题的评分全部相同，没有可以学习的差别。",
        "en": "Every rating of this question is the same, so there is nothing to learn from.",
    },
    NOT_BETTER_THAN_LENGTH: {
        "zh": "交叉验证表明，模型并不明显优于只看答案长度，或并不明显优于一律给同一个分，因此不安装。",
        "en": "In cross-validation the model was not clearly better than the length of the answer alone, or "
        "than the same rating for every answer.",
    },
    UNKNOWN_QUESTION: {
        "zh": "训练数据中没有这道题，也没有可以代替的跨题模型。",
        "en": "The ratings hold no such question, and no model pooled over questions serves it.",
    },
    NO_REFERENCE: {
        "zh": "这一行没有参考答案，跨题模型无法评分。",
        "en": "The pooled model needs a reference answer, and this row has none.",
    },
    NO_POOL: {
        "zh": "带参考答案的题目不足 10 道（或评分不足 50 个），不建立跨题模型。",
        "en": "A model pooled over questions needs ten questions with references and 50 ratings.",
    },
    UNKNOWN_SCALE: {
        "zh": "各题的评分尺度不同，新题的尺度未知，无法评分。",
        "en": "The questions are rated on different scales, and the scale of this one is not known.",
    },
    NO_TEXT: {
        "zh": "没有答案文本，无法评分。",
        "en": "The answer has no text, so there is nothing to rate.",
    },
    EMPTY_TEXT: {
        "zh": "答案为空白，按已见过的最低分处理。",
        "en": "The answer is blank and gets the lowest rating that was seen.",
    },
    DOUBTFUL_TEXT: {
        "zh": "部分文字重复、不成句或与题目无关，没有计入评分，请人工查看。",
        "en": "Parts of the text are repeated, form no sentence or are foreign to the question: they were "
        "not credited, and a human should look.",
    },
}


def sentence(code: str, lang: str) -> str:
    """The words of a reason code in `zh` or `en`; an empty code has none."""
    return WORDS[code][lang] if code else ""
