"""From the dbt project to a folder of pages: compile, trace, read, write."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from orchestration.docs_site.catalogue import marts_of
from orchestration.docs_site.compiled import Manifest, compiled_manifest, source_columns
from orchestration.docs_site.examples import examples_of, shapes_of
from orchestration.docs_site.lineage import trace
from orchestration.docs_site.pages import Content, write_pages
from warehouse.column_words import column_list
from warehouse.errors import UsageError
from warehouse.metrics import all_metrics
from warehouse.settings import Settings

# A folder that bears it is ours to replace.
MARK = ".scorehouse-docs"


def build_site(settings: Settings, out: Path, say: Callable[[str], None] = lambda line: None) -> int:
    """Write the site into `out`, in place of an earlier one; returns the number of pages.

    Example queries are run over the published marts of `settings`, where there are any. Raises `UsageError`
    when `out` holds something else.
    """
    check_folder(out)
    say("Compile the models …")
    content = content_of(compiled_manifest(settings.dbt_project), settings)
    say("Write the pages …")
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that an earlier site stands until the new one is whole.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".docs") as folder:
        made = Path(folder) / "site"
        made.mkdir()
        pages = write_pages(content, made)
        (made / MARK).touch()
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    return pages


def content_of(manifest: Manifest, settings: Settings) -> Content:
    """What the site says of a compiled project."""
    examples = examples_of(manifest)
    return Content(
        marts=marts_of(manifest, trace(manifest, source_columns()), column_list(settings.dbt_project)),
        metrics=all_metrics(settings),
        examples=examples,
        shapes=shapes_of(examples, settings),
    )


def check_folder(out: Path) -> None:
    """Refuse to replace what is not a site of ours."""
    if out.exists() and not (out / MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} holds something else than the handbook: name an empty or new folder.")
