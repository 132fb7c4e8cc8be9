"""dbt as Dagster runs it: a process that waits already, without what dagster-dbt does for other features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.version import Version

from orchestration.dagster_dbt_names import DbtCliInvocation, DbtCliResource, resource
from orchestration.waiting_dbt import hand_over


class DbtProcess(DbtCliResource):
    """Starts dbt some seconds sooner: its version is that of the installed package, not asked of a process of
    its own; and no adapter is opened beside it, which only Dagster's own look at columns would need."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


class Invocation(DbtCliInvocation):
    """A call of dbt: by the process that waits for one in this folder of artefacts, else by a new one."""

    @classmethod
    def run(  # type: ignore[override]
        cls, args: Sequence[str], env: dict[str, str], project_dir: Path, target_path: Path, **known: Any
    ) -> DbtCliInvocation:
        """As the one overridden; `known` is what the call keeps and does not give to dbt."""
        process = hand_over(target_path, args, env, project_dir)
        if process is None:
            return super().run(args=args, env=env, project_dir=project_dir, target_path=target_path, **known)
        known["project"] = known.pop("dbt_project", None)
        return cls(process=process, project_dir=project_dir, target_path=target_path, **known)


# Where DbtCliResource.cli looks for it: it takes no other way of starting dbt.
resource.DbtCliInvocation = Invocation  # type: ignore[attr-defined]
