"""`make screenshots`: pictures of the real pages on generated demo data, for README and handbook.

`python -m tests.dashboards.screenshots [HOME]`: of that demo home, or of one made for it and removed.
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.dashboards.browsing import CHROMIUM, REPOSITORY, come_in, drawn, serving
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

OUT = REPOSITORY / "docs" / "screenshots"
INTERVIEWS = 600
COLOURS = 96
LARGEST, ALL_TOGETHER = 200_000, 2_000_000
WIDE, PHONE, HIGHEST = 1440, 390, 2000
SOMEBODY = """
    select interview_id from interview_results
    where role_id = 'sales_rep' and grade in ('A', 'B') and not is_top10
        and quarter_start = (select max(quarter_start) from interview_results)
        and interview_id not in (select interview_id from answer_scores where lang <> 'zh')
    order by composite_score desc, interview_id limit 1
"""


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it; `own` is what its address says."""

    page: str
    own: str = ""
    lang: str = "zh"
    width: int = WIDE
    scheme: str = "light"

    @property
    def name(self) -> str:
        marks = [self.lang if self.lang != "zh" else "", "dark" if self.scheme == "dark" else ""]
        return "_".join([self.page, *filter(None, [*marks, "phone" if self.width == PHONE else ""])])


def pictures(interview: str) -> list[Picture]:
    """Every picture; `interview` is somebody's of the demo."""
    person = f"&interview={interview}"
    return [
        *(Picture(page) for page in ("overview", "results", "trend", "roles", "grades_and_pay", "questions")),
        *(Picture(page) for page in ("outcomes", "growth", "internal", "requisitions", "trust", "health")),
        Picture("candidate", person),
        Picture("rubrics", "&role=sales_rep&proposal=sales_rep~2026-01-01,negotiation:30:70"),
        Picture("sql"),
        Picture("overview", lang="en"),
        Picture("candidate", person, lang="en"),
        Picture("overview", lang="en", scheme="dark"),
        Picture("overview", width=PHONE),
    ]


def take(browser: Any, address: str, password: str, picture: Picture) -> bytes:
    """The page as PNG, as high as it is up to a limit, in few colours."""
    view = {"width": picture.width, "height": 900}
    context = browser.new_context(viewport=view, color_scheme=picture.scheme, locale="zh-CN")
    page = context.new_page()
    come_in(page, address, password)
    page.goto(f"{address}/{picture.page}?lang={picture.lang}{picture.own}")
    drawn(page)
    height = settled_height(page)
    page.set_viewport_size({"width": picture.width, "height": min(max(900, height), HIGHEST)})
    page.wait_for_timeout(1_500)
    drawn(page)
    taken = page.screenshot()
    context.close()
    return small(taken)


def settled_height(page: Any) -> int:
    """Pixels of the page once they stay the same for a second: the last charts make it grow."""
    block = page.locator(".stMainBlockContainer")
    height, before = 0, -1
    while height != before:
        page.wait_for_timeout(1_000)
        height, before = int(block.evaluate("part => part.scrollHeight")), height
    return height


def small(png: bytes) -> bytes:
    """The same picture in few colours: a fifth of the bytes, and nobody sees it."""
    packed = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def make(home: Path) -> None:
    """Writes every picture of a demo home; says how large they are."""
    rows = Marts(Settings(home=home)).query(SOMEBODY, viewer=OPERATOR).to_pylist()
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    with serving(home) as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for picture in pictures(rows[0]["interview_id"]):
            png = take(browser, address, password, picture)
            if len(png) > LARGEST:
                raise SystemExit(
                    f"{picture.name}.png has {len(png):,} bytes: at most {LARGEST:,} are wanted."
                )
            (OUT / f"{picture.name}.png").write_bytes(png)
            total += len(png)
            print(f"docs/screenshots/{picture.name}.png: {len(png):,} bytes", flush=True)
        browser.close()
    if total > ALL_TOGETHER:
        raise SystemExit(f"The pictures have {total:,} bytes: at most {ALL_TOGETHER:,} are wanted.")


def main() -> None:
    """Takes the pictures of the home that is named, or of a new one."""
    if len(sys.argv) > 1:
        make(Path(sys.argv[1]))
        return
    from ingestion.demo import write_demo
    from orchestration.build import build
    from orchestration.reporter import SilentReporter

    with tempfile.TemporaryDirectory(prefix="scorehouse-demo-") as folder:
        settings = Settings(home=Path(folder)).ensure()
        write_demo(settings.landing, interviews=INTERVIEWS)
        build(settings, SilentReporter())
        make(settings.home)


if __name__ == "__main__":
    main()
