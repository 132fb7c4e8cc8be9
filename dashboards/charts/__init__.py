"""Charts: rows of a query in, an Altair chart out. Geometry only; every number arrives computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

# Altair's own declaration of what `layer(...).properties(...)` gives.
Drawing = alt.LayerChart | alt.FacetChart
Align = Literal["left", "center", "right"]


def chart_of(values: Sequence[dict[str, Any]]) -> alt.Chart:
    """A chart of these values, which travel inside it."""
    # Altair copies every list within a chart, and every dict in it, each time the chart is put into another.
    return alt.Chart(alt.InlineData(values=tuple(values)))
