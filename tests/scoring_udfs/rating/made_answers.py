"""Made-up answers for the mechanics: facts told in paraphrases among chatter, rated by how many facts.

Nothing measured on these says how good the model is; it says that parts do what they should.
"""

from __future__ import annotations

import random

import pyarrow as pa

_EN = {
    "facts": [
        ("the volume of vinegar", "how much vinegar was poured", "has to be given", "must be known"),
        ("the mass of every sample", "what each sample weighed", "should be recorded", "must be measured"),
        ("the length of time", "how long the group waited", "should be the same", "must be controlled"),
        ("the temperature of the room", "how warm the liquid was", "could change it", "makes a difference"),
    ],
    "chatter": [
        "I think that something is missing in this procedure.",
        "The group did a good job but it is not clear to me.",
        "In order to do this again I would need to know more.",
        "It was hard to understand what the students meant.",
    ],
    "end": ". ",
}
_ZH = {
    "facts": [
        ("链表的插入和删除", "在链表里插入删除", "只需要修改指针", "不用移动其他元素"),
        ("顺序表的存储空间", "数组所占用的内存", "必须是连续的一块", "是事先分配好的"),
        ("链表中每个结点", "链式存储的结点", "都要多存一个指针", "可以分散在内存各处"),
        ("顺序表查找元素时", "按下标访问数组", "可以直接随机存取", "一步就能够找到"),
    ],
    "chatter": [
        "我觉得这两种结构各有各的用处。",
        "老师上课的时候讲过这个内容。",
        "具体使用哪一种要看实际的情况。",
        "我对这个问题的理解还不是很深。",
    ],
    "end": "。",
}


def rated_answers(
    count: int = 60, language: str = "zh", questions: int = 1, seed: int = 0, references: bool = False
) -> pa.Table:
    """`count` answers to each question, rated 0 to 4 by the number of facts told."""
    words = {"zh": _ZH, "en": _EN}[language]
    dice = random.Random(seed)
    rows: dict[str, list[object]] = {"question_id": [], "answer_id": [], "text": [], "rating": []}
    for question in range(questions):
        for answer in range(count):
            told = dice.sample(words["facts"], dice.randrange(5))
            parts = [
                _told(language, dice.choice(fact[:2]), dice.choice(fact[2:])) + words["end"] for fact in told
            ]
            parts += dice.sample(words["chatter"], dice.randrange(4))
            dice.shuffle(parts)
            rows["question_id"].append(f"q{question}")
            rows["answer_id"].append(f"{question}-{answer}")
            rows["text"].append("".join(f"{part} " if language == "en" else part for part in parts))
            rows["rating"].append(float(len(told)))
    if references:
        whole = [
            words["end"].join(_told(language, fact[at], fact[at + 2]) for at in (0, 1))
            for fact in words["facts"]
        ]
        rows["reference"] = ["".join(whole)] * len(rows["text"])
    return pa.table(rows)


def asked(question: str, *texts: str | None) -> pa.Table:
    """Answers to be rated."""
    return pa.table(
        {
            "question_id": [question] * len(texts),
            "answer_id": [str(number) for number in range(len(texts))],
            "text": pa.array(texts, pa.string()),
        }
    )


def _told(language: str, subject: str, predicate: str) -> str:
    return f"{subject}{' ' if language == 'en' else ''}{predicate}"
