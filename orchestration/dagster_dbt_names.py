"""What is used of dagster-dbt, imported without dbt itself.

dagster-dbt imports a good part of dbt for a dozen names of states: a second and a half of each process that
loads the graph, though dbt runs in a process of its own. Where dbt-core is not installed it uses names that
it brings along; what needs dbt in this process (selecting a part of the project, Dagster's own look at
columns) is not used here.
"""

from __future__ import annotations

import sys

_VERSION = "dbt.version"
_before = sys.modules.get(_VERSION)
if _before is None:
    # To the import system: not to be found.
    sys.modules[_VERSION] = None  # type: ignore[assignment]
try:
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
    from dagster_dbt.core import resource
    from dagster_dbt.core.dbt_cli_invocation import DbtCliInvocation
finally:
    if _before is None:
        del sys.modules[_VERSION]

__all__ = [
    "DagsterDbtTranslator",
    "DagsterDbtTranslatorSettings",
    "DbtCliInvocation",
    "DbtCliResource",
    "dbt_assets",
    "resource",
]
