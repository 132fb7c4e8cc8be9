"""From an Altair chart to what the browser draws, without checks that the tests have made already.

Altair checks every object against the schema of Vega-Lite as it is made, and hashes the schemas of all its
classes whenever an encoding is given as text: a third of a page's work. Tests check each chart whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from altair.utils import schemapi
from altair.vegalite.v6.schema.core import VegaLiteSchema

from dashboards.charts import Drawing

Spec = dict[str, Any]
_COPY = schemapi.SchemaBase.copy


def spec_of(chart: Drawing) -> Spec:
    """The chart in Vega-Lite, its data inside."""
    spec: Spec = chart.to_dict(validate=False)
    spec["datasets"] = {name: list(values) for name, values in spec.get("datasets", {}).items()}
    # Streamlit would paint a chart of many marks on a canvas, which cannot be saved as SVG.
    spec.setdefault("usermeta", {})["embedOptions"] = {"renderer": "svg"}
    return spec


def without_checks() -> None:
    """From here on charts are made as they are told."""
    schemapi.disable_debug_mode()
    schemapi.SchemaBase.from_dict = classmethod(_from_dict)  # type: ignore[method-assign, assignment]
    schemapi.SchemaBase.copy = _copied  # type: ignore[method-assign]


def _copied(self: Any, deep: bool | Iterable[Any] = True, ignore: list[str] | None = None) -> Any:
    """A chart put into another is copied one level deep: what Altair changes in a copy stands at its top."""
    return _COPY(self, deep=False if deep is True else deep, ignore=ignore)


def _from_dict(cls: type[Any], dct: Spec, validate: bool = True) -> Any:
    if validate:
        cls.validate(dct)
    return _converter().from_dict(dct, cls)


@cache
def _converter() -> schemapi._FromDict:
    return schemapi._FromDict(VegaLiteSchema._default_wrapper_classes())
