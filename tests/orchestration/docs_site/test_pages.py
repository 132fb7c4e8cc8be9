"""The handbook: complete, linked to the last anchor, in both languages, without a byte from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from orchestration.docs_commands import SITE
from orchestration.docs_site.build import MARK, build_site, check_folder, content_of
from orchestration.docs_site.catalogue import DocumentedColumn, Mart, Promise
from orchestration.docs_site.examples import Example, Shape
from orchestration.docs_site.lineage import Column
from orchestration.docs_site.markdown import metrics_markdown
from orchestration.docs_site.pages import Content, write_pages
from orchestration.mart_contracts import METRICS_PAGE
from warehouse.errors import UsageError
from warehouse.metrics import Metric, all_metrics
from warehouse.settings import REPOSITORY, Settings

EVIL = """<script>alert(1)</script> & "quoted" 'too' {{ 7 * 7 }}"""
SHARE = Metric(
    name="share",
    mart="people_n",
    kind="share",
    unit="share",
    sql="avg(case when a < 1 and b > '<b>' then 1 else 0 end)",
    n_sql="count(*)",
    label={"zh": "占比", "en": EVIL},
    description={"zh": EVIL, "en": EVIL},
    carried_by=("people_n.n",),
)


class Page(HTMLParser):
    """What a page refers to, its anchors, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.references: list[str] = []
        self.anchors: set[str] = set()
        self.tags: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name in {"href", "src"}:
                self.references.append(value or "")
            if name == "id" and value:
                self.anchors.add(value)


def small_content() -> Content:
    column = DocumentedColumn(
        name="n",
        label_zh=EVIL,
        description=EVIL,
        description_zh=EVIL,
        data_type="integer",
        promises=(Promise("not_null"), Promise("a_rule_of_tomorrow", EVIL)),
        parents=(Column("raw", "files", EVIL),),
        origins=(Column("raw", "files", "n"),),
        children=(Column("marts", "people_n", "n"),),
    )
    mart = Mart(
        schema="marts",
        name="people_n",
        group="a_folder_of_tomorrow",
        version=3,
        label={"zh": EVIL, "en": EVIL},
        description={"zh": EVIL, "en": EVIL},
        promises=(Promise("holds", EVIL),),
        columns=(column,),
        reads=("staging.files",),
        read_by=("marts.people_n",),
        pages=({"zh": EVIL, "en": EVIL},),
    )
    example = Example("first", {"zh": EVIL, "en": EVIL}, f"-- {EVIL}", "select '<b>' as b")
    return Content([mart], [SHARE], [example], {"first": Shape((("b", "string"),), 1)})


def cell_of(description_zh: str, folder: Path) -> str:
    """The page of a mart whose column has these words in Chinese."""
    content = small_content()
    column = replace(content.marts[0].columns[0], description="In English.", description_zh=description_zh)
    write_pages(replace(content, marts=[replace(content.marts[0], columns=(column,))]), folder)
    return (folder / "marts" / content.marts[0].page).read_text(encoding="utf-8")


def test_a_column_is_described_in_the_language_that_is_read(tmp_path: Path) -> None:
    page = cell_of("中文说明", tmp_path)
    assert (
        '<span class="zh" lang="zh-CN">中文说明</span><span class="en" lang="en">In English.</span>' in page
    )


def test_without_chinese_words_the_english_ones_are_shown_in_both(tmp_path: Path) -> None:
    assert '<td><span lang="en">In English.</span></td>' in cell_of("", tmp_path)


def pages_of(folder: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, Page(path)


def assert_every_link_resolves(folder: Path) -> None:
    pages = dict(pages_of(folder))
    for path, page in pages.items():
        for reference in page.references:
            parts = urlsplit(reference)
            assert not parts.scheme and not parts.netloc, f"{path.name} refers to {reference}"
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name}: {reference} is not there"
            if parts.fragment:
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.name}: no anchor {reference}"


def test_whatever_a_text_holds_it_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    write_pages(small_content(), tmp_path)
    for path, page in pages_of(tmp_path):
        text = path.read_text(encoding="utf-8")
        # Its own two scripts, and none that a description brings.
        assert page.tags.count("script") == 2, path.name
        assert "alert(1)</script>" not in text
        assert "49" not in text
    search = (tmp_path / "search.js").read_text(encoding="utf-8")
    assert json.loads(search.removeprefix("window.SEARCH = ").rstrip(";\n"))[0]["zh"] == EVIL
    assert_every_link_resolves(tmp_path)


def test_an_example_that_could_not_run_says_so(tmp_path: Path) -> None:
    content = small_content()
    write_pages(Content(content.marts, content.metrics, content.examples, {}), tmp_path)
    assert "Nothing is published yet; not run." in (tmp_path / "queries.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(
    compiled: dict[str, Any], demo_home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Content]:
    folder = tmp_path_factory.mktemp("site")
    content = content_of(compiled, demo_home)
    write_pages(content, folder)
    return folder, content


@pytest.mark.slow
def test_every_mart_and_column_of_the_manifest_is_there(
    site: tuple[Path, Content], compiled: dict[str, Any]
) -> None:
    folder, content = site
    models = [
        node
        for node in compiled["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in {"marts", "people"}
    ]
    assert len(models) == len(content.marts) >= 38
    for node in models:
        page = Page(folder / "marts" / f"{node['schema']}.{node['alias']}.html")
        assert set(node["columns"]) <= page.anchors, node["name"]
        text = (folder / "marts" / f"{node['schema']}.{node['alias']}.html").read_text(encoding="utf-8")
        for column in node["columns"].values():
            assert column["meta"]["label_zh"] in text
            assert column["data_type"].split("(")[0] in text


@pytest.mark.slow
def test_every_link_of_the_real_site_resolves(site: tuple[Path, Content]) -> None:
    folder, _ = site
    assert_every_link_resolves(folder)
    search = (folder / "search.js").read_text(encoding="utf-8")
    anchors = {path: page.anchors for path, page in pages_of(folder)}
    for entry in json.loads(search.removeprefix("window.SEARCH = ").rstrip(";\n")):
        file, _, fragment = entry["url"].partition("#")
        assert not fragment or fragment in anchors[folder / file], entry


@pytest.mark.slow
def test_nothing_of_the_site_comes_from_the_network(site: tuple[Path, Content]) -> None:
    for path in site[0].rglob("*"):
        if path.is_file():
            assert not re.search(r"(https?:)?//[a-z0-9]+\.[a-z]", path.read_text(encoding="utf-8")), path.name


@pytest.mark.slow
def test_every_metric_and_every_example_with_its_shape_is_there(site: tuple[Path, Content]) -> None:
    folder, content = site
    assert {metric.name for metric in content.metrics} <= Page(folder / "metrics.html").anchors
    assert {example.name for example in content.examples} <= Page(folder / "queries.html").anchors
    assert set(content.shapes) == {example.name for example in content.examples}


@pytest.mark.slow
def test_every_folder_of_marts_has_words(site: tuple[Path, Content]) -> None:
    words = (REPOSITORY / "orchestration" / "docs_site" / "words.yml").read_text(encoding="utf-8")
    groups = words.partition("\ngroup:\n")[2]
    for mart in site[1].marts:
        assert f"  {mart.group}: " in groups, f"words.yml has no group {mart.group}"


@pytest.mark.slow
def test_the_site_is_written_in_place_of_an_earlier_one_and_of_nothing_else(
    tmp_path: Path, compiled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.docs_site.build.compiled_manifest", lambda project: compiled)
    out = tmp_path / "site"
    settings = Settings(home=tmp_path / "home")
    assert build_site(settings, out) == build_site(settings, out) == len(list(out.rglob("*.html")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    (out / MARK).unlink()
    with pytest.raises(UsageError, match="holds something else"):
        build_site(settings, out)


def test_a_folder_of_somebody_else_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        check_folder(tmp_path)
    check_folder(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    check_folder(tmp_path / "empty")


def test_the_site_is_not_kept_in_the_repository() -> None:
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{SITE.relative_to(REPOSITORY)}/" in ignored


def test_the_page_of_metrics_in_the_repository_is_current() -> None:
    text = metrics_markdown(all_metrics(Settings(home=Path("unused"))))
    assert METRICS_PAGE.read_text(encoding="utf-8") == text, "run `make contracts` and commit docs/metrics.md"
