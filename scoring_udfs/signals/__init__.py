"""What an answer looks like beside its score: features that ask a person to look, and never count.

    words = compile_function_words(read_seeds(directory))      # once a run; pickles
    features = signal_features(normalised, scores, key, words)  # once a batch

`normalised` and `scores` are those of the same rows in the same order; the result has their rows as
`SIGNAL_SCHEMA`, columns to be put behind those of `SCORE_SCHEMA`. `key`: up to 64 bytes, e.g.
`vault.system_key("signals")`. Changed function words (or another key) make other features: score anew.
No column holds text. What is unusual among the answers to a question is for SQL to say.
"""

from scoring_udfs.signals.features import SIGNAL_SCHEMA, signal_features
from scoring_udfs.signals.function_words import FunctionWords, compile_function_words

__all__ = ["SIGNAL_SCHEMA", "FunctionWords", "compile_function_words", "signal_features"]
