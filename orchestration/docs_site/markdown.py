"""docs/metrics.md: the metrics for who reads the repository, written from their definitions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import jinja2
import yaml

from warehouse.metrics import Metric

HERE = Path(__file__).parent


def metrics_markdown(metrics: Sequence[Metric]) -> str:
    """The page, its metrics by mart in the order of their file."""
    words = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    order = list(dict.fromkeys(metric.mart for metric in metrics))
    by_mart = sorted(metrics, key=lambda metric: order.index(metric.mart))
    groups = [(mart, list(members)) for mart, members in groupby(by_mart, lambda metric: metric.mart)]
    text = environment.get_template("metrics.md").render(groups=groups, unit=words["unit_name"].__getitem__)
    return text.rstrip() + "\n"
