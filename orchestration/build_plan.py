"""What a build makes anew: everything, or only what rests on inputs that are not those of the build before.

The database that dbt builds stays between builds. Beside it `build/built.json` says what it was built of: a
fingerprint over all that decides over every row alike (models, macros, seeds, variables, tests, kernels,
versions of dbt and DuckDB, where the home is), the files of each source, and what the database file looked
like when the build ended. The note is taken away while a build runs and written when dbt has succeeded: a
database without it, or that is not the noted one, is not trusted, and everything is built anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.dbt_manifest import project_fingerprint, target_path
from orchestration.kernel_code import code_version
from warehouse.errors import ScorehouseError
from warehouse.seeds import kernel_version
from warehouse.settings import REPOSITORY, Settings

NOTE = "built.json"
WHOLE_SQL = "whole_sql.json"
# The ledger grows with every file. A model that says in its meta of which source's files alone it reads there
# rests on them only.
LEDGER, LEDGER_OF = "stg_ledger", "ledger_of"
# What only a change of the project changes, as dbt selects it: dbt compares every node with every name that
# it is given, and these are two names for sixty.
KEPT_KINDS = ("resource_type:seed", "config.materialized:view")
_ROWS_OF_FILES = {"raw", "sightings"}
# The models that note what changed, and so which rows of the facts are made anew: of interviews, and of what
# answers are compared with.
INPUTS = "int_interview_inputs"
_NOTERS = {INPUTS, "int_answer_norms", "int_question_seconds", "int_similar_groups"}
# What decides over every row beside the project: the kernels (models call some of them), and libraries.
_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb")
_KERNELS = ("orchestration/dbt_functions.py", "orchestration/opened_texts.py", "scoring_udfs/**/*.py")
_PATTERN = re.compile(r"read_parquet\('((?:[^']|'')*)'")
_FIRST_BUILD = "there is no database of an earlier build"


class NothingBuiltError(ScorehouseError):
    """A part of the graph cannot be built on its own, since the rest of it is not there."""


@dataclass(frozen=True)
class Built:
    """What the database was built of. `whole_at`: when everything was last built anew, ISO 8601 in UTC."""

    fingerprint: str
    whole_at: str
    sources: Mapping[str, str]
    database: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class BuildPlan:
    """`is_whole`: all is made anew, for `reason`. Else `left_out` names the dbt nodes that do not run, as
    dbt selects them in `excluding`; `carried` are the models among them (unique ids), whose tables stay.
    `noting` is noted when dbt succeeds."""

    is_whole: bool
    reason: str
    noting: Built | None
    left_out: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    carried: frozenset[str] = field(default=frozenset())


def plan_build(
    settings: Settings, manifest: Path, *, full_refresh: bool = False, by_month: bool = False
) -> BuildPlan:
    """What the next build makes anew; `manifest` is dbt's, of the project as it is now.

    `by_month`: somebody chose months of the facts, which are made anew though nothing changed.
    """
    graph = json.loads(manifest.read_text(encoding="utf-8"))
    now = Built(
        fingerprint=build_fingerprint(settings),
        whole_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sources={name: _listing(paths) for name, paths in _files_of_sources(settings, graph).items()},
    )
    before = read_note(settings)
    reason = "it was asked for" if full_refresh else _why_whole(settings, before, now)
    if reason or before is None:
        return BuildPlan(True, reason or _FIRST_BUILD, now)
    changed = [name for name, listing in now.sources.items() if before.sources.get(name) != listing]
    if by_month:
        changed += [key for key, node in graph["nodes"].items() if node["name"] == INPUTS]
    left_out = dict(_unaffected(graph, changed))
    named = sorted(name for key, name in left_out.items() if not _is_kept(graph["nodes"][key]))
    return BuildPlan(
        is_whole=False,
        reason="",
        noting=Built(now.fingerprint, before.whole_at, now.sources),
        left_out=tuple(sorted(left_out.values())),
        excluding=(*KEPT_KINDS, *named),
        carried=frozenset(key for key in left_out if graph["nodes"][key]["resource_type"] == "model"),
    )


def part_of(settings: Settings, plan: BuildPlan, selected: Collection[str]) -> BuildPlan:
    """The plan of a run that makes the selected models only, on a database with all the others.

    What changed meanwhile stays to be found by the next build. Only who notes what changed has to make
    all that rests on it: otherwise nothing is noted, and the next build is a whole one.
    """
    before = read_note(settings)
    if before is None:
        raise NothingBuiltError("There is no database with the other assets: run the job `build`.")
    manifest = json.loads((target_path(settings) / "manifest.json").read_text(encoding="utf-8"))
    facts = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("materialized") == "incremental"
    }
    is_lost = not _NOTERS.isdisjoint(selected) and not facts <= set(selected)
    return replace(plan, left_out=(), excluding=(), carried=frozenset(), noting=None if is_lost else before)


def begin(settings: Settings, plan: BuildPlan) -> None:
    """From here on the database is not trusted; for a whole build there is none any more."""
    (settings.build / NOTE).unlink(missing_ok=True)
    if plan.is_whole:
        (settings.build / WHOLE_SQL).unlink(missing_ok=True)
        for leftover in settings.build.glob("build.duckdb*"):
            leftover.unlink()


def finish(settings: Settings, plan: BuildPlan) -> None:
    """dbt has succeeded: the database is what the plan says."""
    if plan.is_whole:
        _write(settings.build / WHOLE_SQL, _compiled(target_path(settings) / "manifest.json"))
    if plan.noting is not None:
        note(settings, plan.noting)


def note(settings: Settings, built: Built) -> None:
    """Writes what the database of this moment was built of."""
    values = {**asdict(built), "database": _looks(settings.build / "build.duckdb")}
    _write(settings.build / NOTE, values)


def read_note(settings: Settings) -> Built | None:
    """What the database was built of; None when that was not noted or the database is another one by now."""
    try:
        values = json.loads((settings.build / NOTE).read_text(encoding="utf-8"))
        built = Built(**{**values, "database": tuple(values["database"])})
        looks = _looks(settings.build / "build.duckdb")
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    is_whole = (settings.build / WHOLE_SQL).exists() and not (settings.build / "build.duckdb.wal").exists()
    return built if is_whole and built.database == looks else None


def whole_sql(settings: Settings) -> dict[str, str]:
    """The compiled SQL of every model in the last whole build, by unique id; empty before the first."""
    path = settings.build / WHOLE_SQL
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def build_fingerprint(settings: Settings) -> str:
    """Hash over all that decides over every row alike; see the top of this file."""
    digest = hashlib.sha256(project_fingerprint(settings.dbt_project).encode())
    for path in sorted(path for pattern in _KERNELS for path in REPOSITORY.glob(pattern)):
        digest.update(path.read_bytes())
    parts = [kernel_version(settings.seeds), code_version(), *_versions(), str(settings.home)]
    digest.update("\0".join(parts).encode())
    return digest.hexdigest()


def _why_whole(settings: Settings, before: Built | None, now: Built) -> str:
    if before is None:
        there = (settings.build / "build.duckdb").exists()
        return "the database of the build before is not one that dbt finished" if there else _FIRST_BUILD
    if before.fingerprint != now.fingerprint:
        return "models, seeds, variables, kernels or versions changed"
    days = int(str(settings.dbt_variables.get("full_refresh_every_days", 7)))
    if datetime.fromisoformat(now.whole_at) - datetime.fromisoformat(before.whole_at) >= timedelta(days=days):
        return f"the last one is {days} days old"
    return ""


def _files_of_sources(settings: Settings, graph: Mapping[str, Any]) -> dict[str, list[Path]]:
    """The files that each dbt source reads, by its unique id."""
    patterns = {}
    for key, source in graph["sources"].items():
        found = _PATTERN.search(source["relation_name"])
        if not found:
            raise ScorehouseError(f"The dbt source {source['name']} does not say which files it reads.")
        patterns[key] = found[1].replace("''", "'")
    # The manifest may be of a home that has been moved since.
    run = next(pattern for key, pattern in patterns.items() if key.endswith(".run.run"))
    home = run.removesuffix("build/run.parquet")
    return {key: sorted(settings.home.glob(pattern.removeprefix(home))) for key, pattern in patterns.items()}


def _listing(paths: list[Path]) -> str:
    """A hash by which a file that came, went or was written anew shows."""
    digest = hashlib.sha256()
    for path in paths:
        stat = path.stat()
        # Files without rows, that say which columns there are, are written anew all the time.
        marked = path.read_bytes() if path.name[0] == "_" else str(stat.st_mtime_ns).encode()
        digest.update(f"{path.parent.name}/{path.name}|{stat.st_size}|".encode() + marked)
    return digest.hexdigest()


def _unaffected(graph: Mapping[str, Any], changed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Unique id and name of each node that an increment leaves out: what rests on nothing that changed, and
    seeds and views, which only a change of the project changes."""
    new_files = {key.split(".")[-1] for key in changed if _ROWS_OF_FILES.intersection(key.split("."))}
    affected: set[str] = set()
    waiting = list(changed)
    while waiting:
        parent = waiting.pop()
        for child in graph["child_map"].get(parent, ()):
            if child not in affected and not _is_of_other_files(graph["nodes"].get(child), parent, new_files):
                affected.add(child)
                waiting.append(child)
    for key, node in graph["nodes"].items():
        if _is_kept(node) or key not in affected:
            yield key, node["name"]


def _is_kept(node: Mapping[str, Any]) -> bool:
    """What KEPT_KINDS says, of a node."""
    return bool(node["resource_type"] == "seed" or node["config"].get("materialized") == "view")


def _is_of_other_files(child: Mapping[str, Any] | None, parent: str, new_files: Collection[str]) -> bool:
    """Whether a model reads of the ledger only files of a source of which none came."""
    source = child and child["config"].get("meta", {}).get(LEDGER_OF)
    return bool(source) and parent.endswith(f".{LEDGER}") and source not in new_files


def _compiled(manifest: Path) -> dict[str, str]:
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return {
        key: node["compiled_code"]
        for key, node in nodes.items()
        if key.startswith("model.") and node.get("compiled_code")
    }


def _looks(database: Path) -> tuple[int, int]:
    stat = database.stat()
    return stat.st_size, stat.st_mtime_ns


@cache
def _versions() -> tuple[str, ...]:
    return tuple(f"{library} {version(library)}" for library in _LIBRARIES)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(values), encoding="utf-8")
    temporary.replace(path)
