"""Compiles a kernel to machine code, kept on disk where that can be, so that it is compiled once.

Numba knows whether kept code is of this source file, this processor and this version, and looks no further:
so a compiled function calls compiled functions of its own file only, and takes every policy as an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

# In compiled code: an integer of whatever width comes of the arithmetic.
Whole = Any

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """`function` as machine code that leaves Python's lock alone; compiled when it is first called."""
    return _compiled(function)


def compiled_lean(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `compiled`, for a function that makes no array and returns none.

    It borrows the arrays it is given; counting references to them, again at every slice and in every loop,
    would take longer than what is done with a short text.
    """
    return _compiled(function, _nrt=False, forceinline=True)


def _compiled(function: Callable[_P, _R], **options: bool) -> Callable[_P, _R]:
    # Options that Numba's stubs do not know.
    njit: Any = numba.njit
    try:
        made = njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    except RuntimeError:
        # Neither beside the source nor in the user's cache may anything be written: compiled anew each time.
        made = njit(nogil=True, error_model="numpy", **options)(function)
    return cast("Callable[_P, _R]", made)
