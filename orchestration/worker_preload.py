"""Readies the process that scoring processes are forked from (`multiprocessing`'s fork server).

It starts anew, has no threads of ours, holds no text and no key, and loads once what each of them needs: the
kernels in machine code (compiled, where none was kept), and what these look characters up in.
"""

from __future__ import annotations

import gc

from orchestration.answer_scorer import warm_up

warm_up()
# What is never collected is never touched: its memory stays common to all processes.
gc.collect()
gc.freeze()
