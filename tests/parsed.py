"""The dbt project parsed once a test run: what dbt keeps of it is brought into every home that a test makes.

dbt keeps what it parsed in `partial_parse.msgpack` and reads it again unless the project, the variables or
the connection changed. Every home is another connection, so that each would be parsed anew: eight processor
seconds a home, dozens of homes a run. Here paths and the hash of the connection are made those of the other
home. dbt compares both itself, and every file of the project besides: what does not fit is parsed anew, as
ever.
"""

from __future__ import annotations

import contextvars
import fcntl
import hashlib
import os
import pprint
from pathlib import Path
from typing import Any

import msgpack
import yaml

from orchestration import dbt_manifest
from orchestration.dbt_manifest import dbt_environment, project_fingerprint, target_path
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings

# As it is before `install` puts another one in its place.
_ensure_manifest = dbt_manifest.ensure_manifest
KEPT, MARK = "partial_parse.msgpack", ".fingerprint"
_folders: list[Path] = []


def install() -> None:
    """Whoever makes sure of a manifest from here on finds the project parsed; before others import it."""

    def ensure_manifest(settings: Settings) -> Path:
        if _folders:
            bring_parsed(settings)
        return _ensure_manifest(settings)

    dbt_manifest.ensure_manifest = ensure_manifest


def share_in(folder: Path) -> None:
    """From here on what was parsed stands in `folder`, which all workers of a run have in common."""
    _folders[:] = [folder]


def bring_parsed(settings: Settings) -> None:
    """Gives a home what dbt keeps of the project; a home that has its own stays as it is."""
    settings.ensure()
    target = target_path(settings)
    target.mkdir(parents=True, exist_ok=True)
    if (target / KEPT).exists() and kept(settings)["env_vars"].get(HOME_VARIABLE) == str(settings.home):
        return
    source = parsed_once()
    moved = {str(source.home): str(settings.home), str(source.dbt_project): str(settings.dbt_project)}
    parsed = _with_paths(kept(source), moved)
    parsed["state_check"]["profile_hash"]["checksum"] = connection_hash(settings)
    (target / KEPT).write_bytes(msgpack.packb(parsed))
    fingerprint = project_fingerprint(settings.dbt_project)
    # Of a home that was copied the manifest stays, as it would be where somebody moves theirs.
    if (target / "manifest.json").exists() or fingerprint != project_fingerprint(source.dbt_project):
        return
    manifest = (target_path(source) / "manifest.json").read_text(encoding="utf-8")
    for old, new in moved.items():
        manifest = manifest.replace(old, new)
    (target / "manifest.json").write_text(manifest, encoding="utf-8")
    (target / MARK).write_text(fingerprint)


def connection_hash(settings: Settings) -> str:
    """dbt's hash of the connection that the profile says for a home: SHA-256 in hex."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context

    text = (settings.dbt_project / "profiles.yml").read_text(encoding="utf-8")
    profile = yaml.safe_load(text)["scorehouse"]["outputs"]["dev"]

    def rendered() -> dict[str, Any]:
        set_invocation_context({**os.environ, **dbt_environment(settings)})
        return dict(ProfileRenderer({}).render_data(profile))

    said = contextvars.copy_context().run(rendered)
    said = {name: value for name, value in said.items() if name not in {"type", "threads"}}
    keys = sorted(DuckDBCredentials.from_dict(said).connection_info())
    return hashlib.sha256(pprint.pformat(keys).encode()).hexdigest()


def parsed_once() -> Settings:
    """A home with nothing in it but what dbt keeps of the project as it is in the repository."""
    (folder,) = _folders
    settings = Settings(home=folder / "parsed_home", dbt_project=REPOSITORY / "dbt_project")
    with (folder / "parsed_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _ensure_manifest(settings)
    return settings


def kept(settings: Settings) -> dict[str, Any]:
    """What dbt keeps of the project for a home."""
    read: dict[str, Any] = msgpack.unpackb((target_path(settings) / KEPT).read_bytes(), strict_map_key=False)
    return read


def _with_paths(value: Any, moved: dict[str, str]) -> Any:
    """The same with every path of one home or project as one of the other."""
    if isinstance(value, dict):
        return {key: _with_paths(inner, moved) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_paths(inner, moved) for inner in value]
    if isinstance(value, str):
        for old, new in moved.items():
            value = value.replace(old, new)
    return value
