"""Charts: geometry that a person can check by hand."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from altair.vegalite.v6.schema.core import Root

from dashboards.charts import radar, specs
from dashboards.theme import DARK, LIGHT
from tests.dashboards.test_pages import PAGES
from tests.dashboards.visitors import Visitor

DRAWN = {
    "overview",
    "batches",
    "roles",
    "trend",
    "grades_and_pay",
    "questions",
    "outcomes",
    "health",
}


def test_the_first_spoke_points_up_and_the_others_follow_clockwise() -> None:
    points = [radar._at(index, 4, 80) for index in range(4)]
    places = [(point["x"], point["y"]) for point in points]
    assert places == [
        pytest.approx((0, 80), abs=1e-9),
        pytest.approx((80, 0), abs=1e-9),
        pytest.approx((0, -80), abs=1e-9),
        pytest.approx((-80, 0), abs=1e-9),
    ]


def test_the_lines_of_the_radar_are_closed() -> None:
    closed = radar._closed([{"competency": "a"}, {"competency": "b"}, {"competency": "c"}])
    assert [index for index, _ in closed] == [0, 1, 2, 0]


def test_a_competency_without_a_score_has_no_place() -> None:
    assert radar._at(1, 5, None) == {"x": None, "y": None}


def lightness(colour: str) -> float:
    """Relative luminance after WCAG 2.2, 0 (black) to 1 (white)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(colours: Any) -> None:
    def contrast(one: str, other: str) -> float:
        high, low = sorted((lightness(one), lightness(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    assert contrast(colours.ink, colours.surface) >= 7
    assert contrast(colours.muted, colours.surface) >= 4.5
    assert contrast(colours.said, colours.surface) >= 4.5
    assert contrast(colours.accent, colours.surface) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_best_grades_are_told_apart_without_colour(colours: Any) -> None:
    best = [lightness(colours.grades[grade]) for grade in ("S", "A", "B")]
    assert min(abs(a - b) for a, b in pairwise(best)) > 0.1


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_is_valid_and_has_words_for_who_cannot_see_it(
    visit: Visitor, marts_home: Path, page: str
) -> None:
    charts = visit(marts_home, page).get("vega_lite_chart")
    assert charts or page not in DRAWN
    for chart in charts:
        spec = json.loads(chart.proto.spec)
        has_hover = any("tooltip" in one.get("encoding", {}) for one in (spec, *spec.get("layer", ())))
        assert re.search(r"：.*\d" if has_hover else ".", chart.proto.alt), chart.proto.alt
        # The pages make them unchecked.
        Root.validate(spec)


def test_a_chart_that_is_none_is_told() -> None:
    with pytest.raises(jsonschema.ValidationError):
        Root.validate({"data": {"values": []}, "mark": "no_mark"})


@pytest.mark.parametrize("page", ["overview", "trend"])
def test_lines_between_quarters_are_straight(visit: Visitor, marts_home: Path, page: str) -> None:
    specs = [chart.proto.spec for chart in visit(marts_home, page).get("vega_lite_chart")]
    assert any('"type": "line"' in spec or '"type":"line"' in spec for spec in specs)
    assert not any("interpolate" in spec for spec in specs)


def test_long_names_at_the_sides_of_the_radar_take_two_lines() -> None:
    assert radar._in_lines("Customer insight") == "Customer\ninsight"
    assert radar._in_lines("Communication") == "Communication"
    assert radar._in_lines("客户需求识别") == "客户需求识别"


@pytest.mark.parametrize("page", sorted({*DRAWN, "growth", "internal", "trust", "candidate"}))
def test_a_chart_copied_one_level_deep_is_drawn_as_altair_s_own_copy(
    visit: Visitor, marts_home: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn() -> list[str]:
        charts = visit(marts_home, page, quarter="all").get("vega_lite_chart")
        return [re.sub(r"view_\d+", "view", chart.proto.spec) for chart in charts]

    ours = drawn()
    monkeypatch.setattr(specs, "_copied", specs._COPY)
    assert ours == drawn()
