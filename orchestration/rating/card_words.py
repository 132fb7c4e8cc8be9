"""The words of a model card, in Chinese and English."""

from __future__ import annotations

LANGS = ("zh", "en")

WORDS: dict[str, dict[str, str]] = {
    "title": {"zh": "评分模型卡", "en": "Rating model card"},
    "facts": {"zh": "概况", "en": "Facts"},
    "created_on": {"zh": "拟合日期（UTC）", "en": "Fitted on (UTC)"},
    "data": {"zh": "数据来源与指纹", "en": "Data and its hash"},
    "from_file": {"zh": "文件", "en": "a file"},
    "from_warehouse": {"zh": "本仓库中的人工评分", "en": "the human ratings of this warehouse"},
    "seed": {"zh": "随机种子", "en": "Seed"},
    "answers": {"zh": "评过分的回答", "en": "Rated answers"},
    "questions": {"zh": "题目", "en": "Questions"},
    "installed": {"zh": "其中有自己的模型", "en": "Questions with a model of their own"},
    "pooled_serves": {"zh": "由跨题模型代替", "en": "Questions that the pooled model serves"},
    "libraries": {"zh": "软件版本", "en": "Libraries"},
    "use": {"zh": "用途", "en": "Intended use"},
    "use_text": {
        "zh": "供人参考的第二意见，绝不取代可解释的规则评分，也不进入任何成绩、等级或薪酬。"
        "规则评分落在模型区间之外时，这份回答交由人工复核。",
        "en": "A second opinion. It never replaces the explained score and enters no grade, composite or "
        "pay. Where the explained score lies outside the model's interval, the answer goes to a human.",
    },
    "limits": {"zh": "局限", "en": "Limits"},
    "limit_humans": {
        "zh": "模型学的是这些评分人的判断，包括他们的偏差；评分人之间的一致程度是它的上限。",
        "en": "It has learnt what these raters would say, their biases included; how far they agree with "
        "each other bounds what it can be worth.",
    },
    "limit_data": {
        "zh": "所有数字只对这批数据成立（见数据指纹）；题目、评分标准或人群改变后须重新拟合。",
        "en": "Every figure holds for these data only (see the hash): with other questions, another rating "
        "scale or other people, fit again.",
    },
    "limit_words": {
        "zh": "它只看文字，不听语气，不看画面，也不核实所说是否属实。",
        "en": "It reads words only: no voice, no picture, and it cannot tell whether what is said is true.",
    },
    "limit_coverage": {
        "zh": "区间的覆盖率是对相似回答的平均，不是对每一份回答或每一个群体的保证。",
        "en": "The intervals cover what they promise on average over answers like these, not for each answer "
        "or each group.",
    },
    "limit_privacy": {
        "zh": "模型文件夹不含任何回答的文字，只有至少三份回答共有的片段的散列值；"
        "猜到片段的人可以验证它是否在内。",
        "en": "The model's folder holds no text of an answer, only hashes of pieces that at least three "
        "answers share; whoever guesses a piece can test whether it is among them.",
    },
    "overall": {"zh": "总体结果", "en": "Overall"},
    "overall_text": {
        "zh": "以下数字均来自嵌套交叉验证：{folds} 折，每份回答都由没有见过它的模型评分。"
        "κ 为二次加权 kappa；区间置信水平 {confidence}。",
        "en": "All figures come from nested cross-validation with {folds} folds: each answer was rated by a "
        "model that had not seen it. κ is the quadratic weighted kappa; intervals aim at {confidence}.",
    },
    "human": {"zh": "人与人 κ", "en": "human–human κ"},
    "model_kappa": {"zh": "模型 κ", "en": "model κ"},
    "tfidf": {"zh": "TF-IDF 岭回归 κ", "en": "TF-IDF ridge κ"},
    "length": {"zh": "仅长度 κ", "en": "length only κ"},
    "gain": {"zh": "比仅长度高出（5%–95%）", "en": "gain over length (5–95 %)"},
    "rmse": {"zh": "均方根误差", "en": "RMSE"},
    "coverage": {"zh": "区间覆盖率", "en": "coverage"},
    "width": {"zh": "区间宽度", "en": "width"},
    "by_question": {"zh": "各题结果", "en": "By question"},
    "question": {"zh": "题目", "en": "question"},
    "n": {"zh": "回答数", "en": "n"},
    "raters": {"zh": "评分人", "en": "raters"},
    "scale": {"zh": "分制", "en": "scale"},
    "verdict": {"zh": "采用", "en": "serves"},
    "verdict_question": {"zh": "单题模型", "en": "own model"},
    "verdict_pooled": {"zh": "跨题模型", "en": "pooled model"},
    "verdict_none": {"zh": "无", "en": "none"},
    "refusals": {"zh": "未安装的题目与原因", "en": "Questions without a model of their own, and why"},
    "pooled": {"zh": "跨题模型（新题目）", "en": "Pooled model (new questions)"},
    "pooled_text": {
        "zh": "根据参考答案评分；{questions} 道题，验证时整道题都不参与训练。",
        "en": "Rates by the reference answers; {questions} questions, with whole questions held out.",
    },
    "pooled_installed": {"zh": "已安装。", "en": "Installed."},
    "pooled_refused": {"zh": "未安装。", "en": "Not installed."},
    "groups": {"zh": "分组误差", "en": "Error by group"},
    "groups_text": {
        "zh": "平均误差＝模型减人工（交叉验证），正数表示模型偏宽。少于 {least} 人的组不显示；"
        "若能由其他组推出，则次小的组也不显示。",
        "en": "Mean error is model minus human (cross-validated); above 0 the model is lenient. Groups under "
        "{least} answers are not shown, nor the next smallest where one could be worked out.",
    },
    "group": {"zh": "分组", "en": "group"},
    "value": {"zh": "取值", "en": "value"},
    "mean_error": {"zh": "平均误差", "en": "mean error"},
    "hidden": {"zh": "不显示", "en": "not shown"},
    "unknown": {"zh": "（未填）", "en": "(not given)"},
    "attacks": {"zh": "对抗测试", "en": "Attacks"},
    "attacks_text": {
        "zh": "把回答改成投机的样子再评分：平均变化，以及分数上升的回答所占比例。",
        "en": "Answers turned into what a cheat would hand in: the mean change, and the share that rose.",
    },
    "attack": {"zh": "手法", "en": "attack"},
    "mean_change": {"zh": "平均变化", "en": "mean change"},
    "share_raised": {"zh": "上升比例", "en": "share that rose"},
}
