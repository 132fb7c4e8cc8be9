"""How much memory DuckDB may use while it builds: what was asked for, or half of what the machine has."""

from __future__ import annotations

import os
from pathlib import Path

LIMIT_VARIABLE = "SCOREHOUSE_MEMORY_LIMIT"
# A build of some 20,000 interviews; a smaller machine swaps sooner than it fails.
LEAST = 3 * 1024**3
# What a container may use, if it is one: the machine around it may have far more.
_OF_THE_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def memory_limit() -> str:
    """As DuckDB takes it, "3072MiB": the variable's value, else half of the memory and never below 3 GiB."""
    return os.environ.get(LIMIT_VARIABLE) or f"{max(LEAST, _physical() // 2) // 1024**2}MiB"


def _physical() -> int:
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        container = _OF_THE_CONTAINER.read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(container)) if container.isdigit() else machine
