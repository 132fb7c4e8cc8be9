"""The pages of the site: templates over the catalogue, written as plain files without outside resources."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup, escape
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import SqlLexer  # type: ignore[import-untyped]

from orchestration.docs_site.catalogue import Mart
from orchestration.docs_site.examples import Example, Shape
from orchestration.docs_site.lineage import Column
from warehouse.metrics import Metric

HERE = Path(__file__).parent
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Content:
    """Everything that the site says."""

    marts: Sequence[Mart]
    metrics: Sequence[Metric]
    examples: Sequence[Example]
    shapes: Mapping[str, Shape]


def write_pages(content: Content, folder: Path) -> int:
    """Write every page into the empty `folder`; returns their number."""
    site = _Site(content)
    shutil.copytree(HERE / "static", folder, dirs_exist_ok=True)
    (folder / "marts").mkdir()
    pages = {
        "index.html": site.page("index.html", "index.html", site.say_both("site")),
        "metrics.html": site.page("metrics.html", "metrics.html", site.say_both("metrics")),
        "queries.html": site.page("queries.html", "queries.html", site.say_both("queries")),
    }
    for mart in content.marts:
        pages[f"marts/{mart.page}"] = site.mart_page(mart)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    index = json.dumps(list(_search_entries(content)), ensure_ascii=False, separators=(",", ":"))
    (folder / "search.js").write_text(f"window.SEARCH = {index};\n", encoding="utf-8")
    return len(pages)


class _Site:
    """One content with its templates and words."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._words = _flat(yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8")))
        self._by_name = {mart.full_name: mart for mart in content.marts}
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            words=self._both_of,
            say=lambda key, language: self._words[key][language],
            both=both,
            name=name,
            current=lambda page, name: Markup(' aria-current="page"') if page == name else "",
            highlighted=highlighted,
            groups=self._groups(),
            examples=content.examples,
            shapes=content.shapes,
            metrics_n=len(content.metrics),
            queries_n=len(content.examples),
        )
        self._environment = environment

    def page(self, file: str, template: str, title: Mapping[str, str], root: str = "", **more: Any) -> str:
        """A page's text; `root` leads from its folder to the site's."""
        given = {"metrics": self._content.metrics, **more}
        return self._environment.get_template(template).render(
            page=file,
            title=title,
            root=root,
            relation=lambda relation: self._relation(relation, root),
            held_by=lambda held: self._held_by(held, root),
            place=lambda column, mart: self._place(column, mart, root),
            **given,
        )

    def mart_page(self, mart: Mart) -> str:
        """The page of one mart, with the metrics that are defined over it."""
        metrics = [metric for metric in self._content.metrics if f"marts.{metric.mart}" == mart.full_name]
        return self.page(mart.page, "mart.html", mart.label, root="../", mart=mart, metrics=metrics)

    def say_both(self, key: str) -> Mapping[str, str]:
        """The site's own words in both languages."""
        return self._words[key]

    def _groups(self) -> list[tuple[str, list[Mart]]]:
        """The marts by folder, in the order of the words; a folder without words comes last."""
        order = [key.removeprefix("group.") for key in self._words if key.startswith("group.")]
        found = {group: list(marts) for group, marts in groupby(self._content.marts, lambda mart: mart.group)}
        known = [group for group in order if group in found]
        return [(group, found[group]) for group in [*known, *(found.keys() - set(known))]]

    def _both_of(self, key: str, otherwise: str = "") -> Markup:
        """The site's own words; what has none is shown as it is called."""
        if key not in self._words and otherwise:
            return Markup(escape(otherwise))
        return both(self._words[key])

    def _link(self, mart: Mart, anchor: str, text: str, root: str) -> Markup:
        return Markup('<a href="{}marts/{}{}"><code>{}</code></a>').format(
            root, mart.page, anchor, name(text)
        )

    def _relation(self, relation: str, root: str) -> Markup:
        mart = self._by_name.get(relation)
        return (
            self._link(mart, "", relation, root) if mart else Markup("<code>{}</code>").format(name(relation))
        )

    def _held_by(self, held: str, root: str) -> Markup:
        table, _, column = held.partition(".")
        mart = self._by_name[f"marts.{table}"]
        known = {documented.name for documented in mart.columns}
        return self._link(mart, f"#{column}" if column in known else "", held, root)

    def _place(self, column: Column, here: Mart, root: str) -> Markup:
        mart = self._by_name.get(f"{column.schema}.{column.table}")
        if mart is None:
            return Markup("<code>{}</code>").format(name(str(column)))
        if mart is here:
            return Markup('<a href="#{}"><code>{}</code></a>').format(column.name, name(column.name))
        return self._link(mart, f"#{column.name}", str(column), root)


def both(text: Mapping[str, str]) -> Markup:
    """A text in both languages, of which the page shows one."""
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        text["zh"], text["en"]
    )


def name(text: str) -> Markup:
    """A name that a narrow column may break after its points and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(text))))


def highlighted(sql: str) -> Markup:
    """SQL with its words in spans; the lexer escapes what it writes."""
    return Markup(highlight(sql, SqlLexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


def _flat(node: Mapping[str, Any], prefix: str = "") -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for name, value in node.items():
        if set(value) == set(LANGUAGES):
            found[f"{prefix}{name}"] = value
        else:
            found.update(_flat(value, f"{prefix}{name}."))
    return found


def _search_entries(content: Content) -> list[dict[str, Any]]:
    entries = [
        {"name": mart.name, **mart.label, "url": f"marts/{mart.page}", "order": 0} for mart in content.marts
    ]
    entries += [
        {"name": metric.name, **metric.label, "url": f"metrics.html#{metric.name}", "order": 1}
        for metric in content.metrics
    ]
    entries += [
        {"name": example.name, **example.question, "url": f"queries.html#{example.name}", "order": 2}
        for example in content.examples
    ]
    entries += [
        {
            "name": f"{mart.name}.{column.name}",
            "zh": column.label_zh,
            "en": column.description,
            "url": f"marts/{mart.page}#{column.name}",
            "order": 3,
        }
        for mart in content.marts
        for column in mart.columns
    ]
    return entries
