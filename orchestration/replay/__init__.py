"""Replay: a published result computed once more from what was current then, and compared bit for bit."""
