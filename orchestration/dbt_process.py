"""dbt as Dagster runs it: a process, without what dagster-dbt does first for features not used here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from typing import Any

from dagster_dbt import DbtCliResource
from packaging.version import Version


class DbtProcess(DbtCliResource):
    """Starts dbt some seconds sooner: its version is that of the installed package, not asked of a process of
    its own; and no adapter is opened beside it, which only Dagster's own look at columns would need."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None
