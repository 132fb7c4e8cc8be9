"""Compiled code may be kept on disk: it must never be older than what it was compiled of."""

from __future__ import annotations

import ast
import os
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import numba
import pytest
from numba.core.dispatcher import Dispatcher

import scoring_udfs
from scoring_udfs import (
    characters,
    denials,
    match,
    negation,
    normalising,
    occurrences,
    patterns,
    search,
    search_tables,
)
from scoring_udfs.compiled import compiled, compiled_lean
from tests.scoring_udfs.small_seeds import rubrics, scored

KERNELS = ("normalising", "occurrences", "denials", "search", "units", "fingerprints")
MODULES = [import_module(found.name) for found in walk_packages(scoring_udfs.__path__, "scoring_udfs.")]


def dispatchers(module: ModuleType) -> list[Dispatcher]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, Dispatcher) and value.py_func.__module__ == module.__name__
    ]


@pytest.mark.parametrize("module", [m for m in MODULES if dispatchers(m)], ids=lambda m: m.__name__)
def test_compiled_code_calls_none_of_another_file_and_takes_no_number_from_one(module: ModuleType) -> None:
    # Kept code is compiled anew when its own file changes, and for nothing else.
    own = ast_names_assigned_in(module)
    for function in dispatchers(module):
        for name in function.py_func.__code__.co_names:
            value: Any = vars(module).get(name)
            if isinstance(value, Dispatcher):
                assert value.py_func.__module__ == module.__name__, f"{function.__name__} calls {name}"
            elif isinstance(value, int | float | tuple | str):
                assert name in own, f"{function.__name__} uses {name} of another file"


def test_numbers_that_compiled_code_repeats_are_those_of_the_file_they_come_from() -> None:
    origins = [characters, match, negation, patterns, search_tables]
    repeated = 0
    for module in (denials, normalising, occurrences, search):
        for name, value in vars(module).items():
            originals = [vars(origin)[name[1:]] for origin in origins if name[1:] in vars(origin)]
            if name.startswith("_") and originals:
                assert int(value) == originals[0], f"{module.__name__} has another {name}"
                repeated += 1
    assert repeated > 20
    assert (match.KINDS.index("phrases"), match.KINDS.index("structure")) == (
        search._PHRASES,
        search._STRUCTURE,
    )


def ast_names_assigned_in(module: ModuleType) -> set[str]:
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    stores = (
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return {node.id for node in stores}


def test_after_a_warm_up_nothing_is_left_to_compile() -> None:
    # In a process of its own: here other tests have called everything already.
    code = (
        "import scoring_udfs.score\n"
        "from scoring_udfs.negation import Cue, NegationCues\n"
        "from scoring_udfs.spoken import cues_spoken\n"
        "from tests.scoring_udfs import test_compiled\n"
        "from tests.scoring_udfs.small_seeds import scored\n"
        "scoring_udfs.score.warm_up()\n"
        "before = test_compiled.ready()\n"
        "scored(['首先，没有需求分析。crm……', None, 'e\u0301'], answer_seconds=9.0)\n"
        "cues_spoken(['no need'], NegationCues((Cue('no', 'en'),)))\n"
        "assert len(before) > 6, before\n"
        "assert test_compiled.ready() == before, test_compiled.ready()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path.cwd())
    assert not done.returncode, done.stderr


def ready() -> list[str]:
    """Every version of a kernel that can be called without compiling."""
    kernels = [import_module(f"scoring_udfs.{name}") for name in KERNELS]
    return [f"{d.__name__}{sig}" for module in kernels for d in dispatchers(module) for sig in d.signatures]


@pytest.mark.parametrize("decorate", [compiled, compiled_lean])
def test_without_a_place_to_keep_it_code_is_compiled_all_the_same(
    decorate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = numba.njit

    def no_place(*arguments: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", no_place)

    def double(number: int) -> int:
        return 2 * number

    assert decorate(double)(21) == 42


def test_a_process_that_may_write_nowhere_scores_the_same() -> None:
    code = (
        "import pickle, sys\n"
        "from tests.scoring_udfs.small_seeds import scored\n"
        "sys.stdout.buffer.write(pickle.dumps(scored(['首先，没有需求分析。crm……'])))\n"
    )
    nowhere = {"NUMBA_CACHE_DIR": "/proc/nowhere", "HOME": "/proc", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | nowhere,
        capture_output=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert pickle.loads(done.stdout) == scored(["首先，没有需求分析。crm……"], rubrics())
