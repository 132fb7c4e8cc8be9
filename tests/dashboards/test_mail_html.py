"""The HTML of a mail says what its text says, to the same reader, and nothing in it is code."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards import menu
from dashboards.catalogue import words_in
from dashboards.mail_rows import MOST_COLUMNS, MOST_ROWS
from dashboards.mail_sheet import Ending, Rows, Sheet, Warned, as_html, as_text
from dashboards.mailed import write
from dashboards.page_tables import TABLES
from tests.dashboards.test_mailed import ACCOUNTS, NOW, OPEN, SERVER, grid, home, letter, settings
from tests.dashboards.test_mailed import subscription as subscribed
from tests.warehouse.mailing.local_server import text_of
from warehouse.mailing.letters import message
from warehouse.policy import policy
from warehouse.settings import Settings
from warehouse.viewer import Viewer

__all__ = ["home", "settings"]  # fixtures of the other mails
EVIL = "<script>alert(1)</script> & \"quoted\" 'also'"


class Read(HTMLParser):
    """The texts, cells and addresses of a document; a tag that is not closed is a fault."""

    ALONE = ("meta", "hr")

    def __init__(self, document: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.language: str | None = None
        self._open: list[str] = []
        self._table: list[list[str]] = []
        self.feed(document)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on")]
        self.tags.append(tag)
        if tag not in self.ALONE:
            self._open.append(tag)
        if tag == "html":
            self.language = given.get("lang")
        if tag == "table":
            self._table = self.tables.setdefault(given["class"] or "", [])
        if tag == "tr":
            self._table.append([])
        if tag == "a":
            self.addresses.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("td", "th"):
            self._table[-1].append(data)
        elif self._open and self._open[-1] not in ("style", "title"):
            self.texts.append(data)


def sheet(**more: Any) -> Sheet:
    end = Ending(EVIL, "https://hr.acme.example/results?a=1&b='x'", "https://hr.acme.example/account")
    return Sheet(EVIL, [EVIL], end, **more)


@pytest.mark.parametrize(("page", "name"), OPEN)
def test_figures_sentences_and_links_are_those_of_the_text(settings: Settings, page: str, name: str) -> None:
    language = {"ren": "zh", "head": "en", "ana": "zh"}[name]
    found = letter(settings, name, page, language=language)
    read = Read(found.html)
    assert read.language == language
    text = found.text.splitlines()
    assert read.texts[0] == text[0] == found.subject
    assert [f"{label}  {value}" for label, value in read.tables.get("figures", [])] == [
        line for line in text if "  " in line.strip()
    ]
    assert page != "overview" or len(read.tables["figures"]) == 4
    # What a sentence of the text says, one of the HTML says too, but for addresses, which are links there.
    assert set(re.findall(r"https://\S+", found.text)) == set(read.addresses)
    told = [line.strip() for line in text if "https://" not in line and "  " not in line.strip() and line]
    assert [
        line
        for line in told
        if line not in read.texts and not any(line in one or one in line for one in read.texts)
    ] == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_rows_are_the_first_of_the_file(settings: Settings, name: str) -> None:
    found = letter(settings, name, "results", choices={"quarter": "all"})
    head, *rows = Read(found.html).tables["rows"]
    file_head, *file_rows = grid(found.file)
    assert head == file_head[:MOST_COLUMNS] and len(rows) == MOST_ROWS
    ids = file_head.index("面试编号")
    assert [row[ids] for row in rows] == [row[ids] for row in file_rows[:MOST_ROWS]]


def test_the_html_holds_no_more_than_the_recipient_may_have(settings: Settings, home: Path) -> None:
    with duckdb.connect(str(home / "published" / "marts_fixture.duckdb"), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select name from people.candidates").fetchall()}
        others = {
            one
            for pair in connection.execute(
                "select interview_id, candidate_id from marts.interview_results "
                "where department_id <> 'sales'"
            ).fetchall()
            for one in pair
        }
    assert names and others
    for page in TABLES:
        for name, role in ACCOUNTS.items():
            if menu.is_for(role, page):
                html = letter(settings, name, page, choices={"quarter": "all"}, name="李娜的视图").html
                assert not [one for one in names if one in html] and "李娜" not in html
                if name == "head":
                    assert not others & set(re.findall(r"\w+", html)), page


def test_groups_that_are_too_small_are_marked_and_not_shown(settings: Settings) -> None:
    chosen = {"quarter": "all"}
    shown = letter(settings, "ana", "batches", choices=chosen)
    hidden = len(grid(letter(settings, "ren", "batches", choices=chosen).file)) - len(grid(shown.file))
    mark = words_in("zh")("suppressed.groups", n=hidden, fewest=policy().fewest_people)
    assert hidden > 0 and mark in Read(shown.html).texts and mark in shown.text
    assert "不显示" not in letter(settings, "ren", "overview", choices=chosen).text.split("\n\n")[1]


def test_everything_is_escaped() -> None:
    written = as_html(
        sheet(
            figures=[(EVIL, EVIL)],
            alerts=[Warned(EVIL, EVIL, EVIL, f"https://x.example/{EVIL}", is_serious=True)],
            rows=Rows((EVIL,), (False,), ((EVIL,),), EVIL),
            notes=[EVIL],
        ),
        words_in("zh"),
    )
    read = Read(written)
    assert "script" not in read.tags and "img" not in read.tags
    assert read.tables == {"figures": [[EVIL, EVIL]], "rows": [[EVIL], [EVIL]]}
    # Title, basis, mark, sentence (after a blank), advice, note of the rows, note, why.
    assert sum(text.strip() == EVIL for text in read.texts) == 8


def test_what_is_no_web_address_is_no_link() -> None:
    end = Ending("why", "javascript:alert(1)", "")
    words = words_in("en")
    read = Read(as_html(Sheet("t", ["b"], end), words))
    assert read.addresses == []
    assert words("mail.open_nowhere") in read.texts and words("mail.end_nowhere") in read.texts


def test_a_document_loads_nothing() -> None:
    written = as_html(sheet(), words_in("en"))
    assert not re.search(r"src=|url\(|@import|<link|<img", written)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mail_says_why_it_came_and_how_to_end_it(settings: Settings, language: str) -> None:
    one = subscribed(settings, "ren", "results", language=language, rhythm="weekly", weekday=2, hour=9)
    found = write(settings, Viewer("ren", "hr"), one, SERVER, NOW)
    why = {
        "zh": "您收到此邮件，是因为账号 ren 订阅了“面试结果”（每周三 9:00）。",
        "en": "You get this mail because the account ren subscribed to “Results” (Every Wednesday at 9:00).",
    }[language]
    assert why in Read(found.html).texts and why in found.text
    assert "https://hr.acme.example/account" in Read(found.html).addresses


def test_the_message_is_text_first_then_html_then_the_file(settings: Settings) -> None:
    found = letter(settings, "ren", "results")
    mail = message(SERVER, "ren@acme.example", found, "id", dt.datetime.now(dt.UTC))
    both, file = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert file.get_filename() == found.file_name
    assert (text_of(mail), text_of(mail, "html")) == (found.text, found.html)
    assert as_text(sheet(), words_in("zh")).startswith(EVIL)
