"""The kernels' own errors; each text is one sentence that may be shown as it is."""

from __future__ import annotations


class KernelError(ValueError):
    """A kernel was given what it cannot work with."""


class RubricError(KernelError):
    """A seed holds what no score can be made from; the sentence names seed, row (header = 1), column."""


class ColumnError(KernelError):
    """A batch lacks a column, or a column has the wrong type."""
