"""What came of a query on the SQL page: the grid, a chart of the reader's choice, the files."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards import choices
from dashboards.charts import Drawing
from dashboards.download import offered
from dashboards.formats import plain
from dashboards.frame import Visit, draw, nothing
from dashboards.own_choices import bound
from dashboards.sql_job import Job
from warehouse.export_cells import Hiding, is_number, kind_of, localised, written
from warehouse.export_info import hidden_mark

ROWS_SHOWN = 2_000
ROWS_IN_CHART = 5_000
CHARTS = ("bar", "line", "point")
_TABLE_HEIGHT = 460
_ROWS_IN_SIGHT = 12
# More labels than these would run into each other when level.
_LEVEL_LABELS = 10
_FORMATS = {"share": "percent", "number": "%.2f", "count": "localized", "money": "localized"}


def summary(page: Visit, job: Job) -> None:
    """How many rows, how long, whether cut, and the files."""
    words, formats = page.words, page.formats
    table = job.table
    assert table is not None
    said = [
        words("sql.rows", n=formats.count(table.num_rows)),
        words("sql.seconds", n=f"{job.seconds:.2f}"),
    ]
    if job.is_cut:
        said.append(words("sql.cut"))
    hidden = sum(sum(sum(mask) for mask in job.hiding.masks(batch).values()) for batch in table.to_batches())
    if hidden:
        said.append(words("sql.hidden", n=formats.count(hidden), mark=hidden_mark(words.language)))
    elif job.hiding.columns & set(table.schema.names) and "suppressed" not in table.schema.names:
        said.append(words("sql.ask_suppressed"))
    note, files = st.columns([3, 1], vertical_alignment="center")
    note.caption(plain(" · ".join(said)))
    with files:
        offered(
            page,
            words("sql.file", day=page.today.isoformat()),
            lambda: table,
            title=words("page.sql"),
            filters={},
            query=job.sql,
            hiding=job.hiding,
        )


def grid(page: Visit, job: Job) -> None:
    """The first rows as a table that scrolls inside."""
    table = job.table
    assert table is not None
    if not table.num_rows:
        nothing(page.words("sql.no_rows"))
        return
    shown = table.slice(0, ROWS_SHOWN)
    if table.num_rows > ROWS_SHOWN:
        st.caption(page.words("sql.first_rows", n=page.formats.count(ROWS_SHOWN)))
    frame, config = readable(page, shown, job.hiding)
    st.dataframe(
        frame,
        hide_index=True,
        height=_TABLE_HEIGHT if shown.num_rows > _ROWS_IN_SIGHT else "content",
        column_config=config,
        placeholder=page.words("format.none"),
        key="sql_grid",
    )


def readable(page: Visit, table: pa.Table, hiding: Hiding) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Columns as people read them: local times, per cents, hidden cells in words; names made unique."""
    (batch,) = table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
    masks, mark = hiding.masks(batch), hidden_mark(page.words.language)
    columns: dict[str, object] = {}
    config: dict[str, Any] = {}
    for place, field in enumerate(table.schema):
        name = field.name if field.name not in columns else f"{field.name} ({place + 1})"
        kind = kind_of(field.name, field.type)
        column = batch.column(place)
        if place in masks:
            columns[name] = [
                mark if is_hidden else "" if value is None else str(value)
                for value, is_hidden in zip(column.to_pylist(), masks[place], strict=True)
            ]
            continue
        if kind == "moment":
            column = localised(column, page.settings.timezone)
        elif kind == "text" and not pa.types.is_string(field.type):
            column = pa.array(
                [None if value is None else written(value) for value in column.to_pylist()], pa.string()
            )
        columns[name] = column.to_pandas()
        if kind in _FORMATS:
            config[name] = st.column_config.NumberColumn(format=_FORMATS[kind])
        elif kind == "moment":
            config[name] = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss")
    return pd.DataFrame(columns), config


def chart(page: Visit, job: Job) -> None:
    """Kind, x and y are the reader's; hidden cells are in no chart."""
    words, table = page.words, job.table
    assert table is not None
    names = list(dict.fromkeys(table.schema.names))
    numbers = [name for name in names if is_number(table.schema.field(table.schema.names.index(name)).type)]
    if not numbers or not table.num_rows:
        nothing(words("sql.no_chart"))
        return
    others = [name for name in names if name not in numbers] or names
    kind_at, x_at, y_at = st.columns([1.3, 1, 1], vertical_alignment="bottom")
    with kind_at:
        kind = bound(
            "chart",
            "bar",
            st.selectbox,
            label=words("sql.chart_kind"),
            options=list(CHARTS),
            format_func=lambda code: words.of("sql_chart", code),
        )
    with x_at:
        x = bound("x", others[0], st.selectbox, label=words("sql.chart_x"), options=names)
    with y_at:
        y = bound("y", numbers[0], st.selectbox, label=words("sql.chart_y"), options=numbers)
    shown = table.select([table.schema.names.index(name) for name in dict.fromkeys([x, y])]).slice(
        0, ROWS_IN_CHART
    )
    if table.num_rows > ROWS_IN_CHART:
        st.caption(words("sql.chart_cut", n=page.formats.count(ROWS_IN_CHART)))
    draw(_drawn(page, shown, kind, x, y), words("sql.chart_alt", kind=words.of("sql_chart", kind), x=x, y=y))


def _drawn(page: Visit, table: pa.Table, kind: str, x: str, y: str) -> Drawing:
    frame, _ = readable(page, table, Hiding())
    # A name such as avg(m.score) would be a path into the data.
    frame = pd.DataFrame({"x": frame[x], "y": frame[y]}).dropna(subset=["y"])
    type_ = table.schema.field(x).type
    scale: Any = "temporal" if kind_of(x, type_) in ("date", "moment") else "nominal"
    if is_number(type_) and kind != "bar":
        scale = "quantitative"
    angle = 0 if len(frame) <= _LEVEL_LABELS else -40
    base = alt.Chart(frame, height=340).encode(
        alt.X(field="x", type=scale, sort=None, title=x, axis=alt.Axis(labelAngle=angle)),
        alt.Y(field="y", type="quantitative", title=y),
        tooltip=[alt.Tooltip(field="x", title=x), alt.Tooltip(field="y", title=y)],
    )
    colour = page.colours.accent
    marks = {
        "bar": base.mark_bar(color=colour),
        "line": base.mark_line(color=colour, point={"color": colour, "size": 28}),
        "point": base.mark_circle(color=colour, size=48, opacity=0.65),
    }
    return alt.layer(marks[kind])


def forget_axes() -> None:
    """Another query has other columns."""
    for name in ("x", "y"):
        choices.put(name, None)
