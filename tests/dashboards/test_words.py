"""Words that people read live in the catalogues, the same in every language, and nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from dashboards.catalogue import FOLDER, LANGUAGES, UnknownWordError, _flat, words_in
from dashboards.download import CODED

ROOM = Path(__file__).parents[2] / "dashboards"
SOURCES = sorted(ROOM.rglob("*.py"))
# Commands that speak with the same words.
COMMANDS = [ROOM.parent / "orchestration" / f"{name}.py" for name in ("rubric_commands", "trial_printing")]
CHINESE = re.compile(r"[一-鿿]")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def literals(path: Path) -> list[str]:
    """String literals of a file that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = (words_in(language).entries for language in LANGUAGES)
    assert set(chinese) == set(english)


def test_both_languages_fill_the_same_places() -> None:
    chinese, english = (words_in(language).entries for language in LANGUAGES)
    assert {key for key in chinese if places(chinese[key]) != places(english[key])} == set()


def test_english_entries_are_english_but_for_the_name_of_chinese() -> None:
    english = words_in("en").entries
    assert {key for key, text in english.items() if CHINESE.search(text)} == {
        "language.zh",
        "results.search_hint",
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOM)))
def test_code_holds_no_words_of_its_own(path: Path) -> None:
    assert [text for text in literals(path) if CHINESE.search(text)] == []


def test_every_key_that_code_names_is_in_the_catalogue() -> None:
    entries = words_in("zh").entries
    named = {
        key
        for path in [*SOURCES, *COMMANDS]
        for key in re.findall(r'words\(\s*"([a-z0-9_.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 150
    assert named - set(entries) == set()


def test_every_family_that_code_asks_for_is_in_the_catalogue() -> None:
    families = {key.rpartition(".")[0] for key in words_in("zh").entries}
    asked = {
        family
        for path in SOURCES
        for family in re.findall(r'words\.of\("(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked - families == set()


def test_every_entry_is_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *COMMANDS])
    starts = set(re.findall(r"""f["']([a-z_]+\.[a-z_.]*)\{""", text))
    starts |= {f"{family}." for family in re.findall(r'words\.(?:of|choices)\("(\w+)"', text)}
    starts |= {f"{coded}." for coded in (*CODED, "recommendation", "flag")}
    exact = set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["']""", text))
    unused = [key for key in words_in("zh").entries if key not in exact and not key.startswith(tuple(starts))]
    assert unused == []


def test_no_entry_stands_in_two_files_of_a_language() -> None:
    for language in LANGUAGES:
        files = sorted(FOLDER.glob(f"{language}.*yml"))
        entries = [key for path in files for key, _ in _flat(yaml.safe_load(path.read_text("utf-8")), "")]
        assert len(files) > 5
        assert len(entries) == len(set(entries)) == len(words_in(language).entries)


def test_an_unknown_key_is_named_with_its_file() -> None:
    with pytest.raises(UnknownWordError, match=r"words/zh\.yml has no entry 'no\.such'"):
        words_in("zh")("no.such")
