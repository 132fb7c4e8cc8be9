"""Readies the process that scoring processes are forked from (`multiprocessing`'s fork server).

It starts anew, has no threads of ours, holds no text and no key, and loads once what each of them needs. Half
of that belongs to numba, which loads it with the first kernel: importing this asks for it beforehand.
"""

from __future__ import annotations

import gc

from numba.core.registry import cpu_target

cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()
# What is never collected is never touched: its memory stays common to all processes.
gc.collect()
gc.freeze()
