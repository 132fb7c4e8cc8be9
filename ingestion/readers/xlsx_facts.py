"""What an XLSX sheet says beside its values: errors, percentages, leading zeros, digits beyond a double."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

_CHUNK = 4 * 1024 * 1024
_LONGEST_ROW = 64 * 1024 * 1024
_CELL = rb"<(?:\w+:)?c\b"
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_VALUE = re.compile(rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
# What Excel itself never writes: its own numbers have 15 digits and an exponent.
_LONG = re.compile(_CELL + rb"([^>]*)>\s*<(?:\w+:)?v>(-?\d{16,})<")
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0{2,}")
# Percent formats that need no definition of their own.
_BUILT_IN_PERCENT = (9, 10)


@dataclass(frozen=True)
class Fact:
    """About one cell: `error` (its name), `percent`, `digits` (how many are shown), `exact` (the text)."""

    kind: str
    value: str | int = ""


# row → column → fact, both 0-based.
Facts = dict[int, dict[int, Fact]]


def sheet_facts(archive: zipfile.ZipFile, sheet: str) -> Facts:
    """Reads the sheet's XML once, as a stream; `KeyError`, `ValueError` or `ParseError` when damaged."""
    percent, digits = _styles(archive)
    facts: Facts = {}
    styles = b"|".join(b"%d" % number for number in sorted({*percent, *digits})) or b"none"
    marked = re.compile(
        _CELL + rb"(?=[^>]*\b(?:t=[\"']e[\"']|s=[\"'](?:" + styles + rb")[\"']))([^>]*[^/>])>"
    )
    with archive.open(_sheet_part(archive, sheet)) as file:
        for part in _whole_rows(file):
            for cell in marked.finditer(part):
                value = _VALUE.match(part, cell.end())
                if value is None:
                    continue
                style = _STYLE.search(cell[1])
                if _ERROR.search(cell[1]):
                    fact = Fact("error", value[1].decode("utf-8", "replace"))
                elif style and int(style[1]) in percent:
                    fact = Fact("percent")
                else:
                    fact = Fact("digits", digits[int(style[1])] if style else 0)
                _note(facts, cell[1], fact)
            for cell in _LONG.finditer(part):
                if b"t=" not in cell[1]:
                    _note(facts, cell[1], Fact("exact", cell[2].decode()))
    return facts


def _note(facts: Facts, attributes: bytes, fact: Fact) -> None:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        raise ValueError("a cell does not say where it is")
    column = 0
    for letter in reference[1]:
        column = column * 26 + letter - 64
    facts.setdefault(int(reference[2]) - 1, {})[column - 1] = fact


def _whole_rows(file: IO[bytes]) -> Iterator[bytes]:
    """Pieces of the XML that end with a row."""
    rest = b""
    while chunk := file.read(_CHUNK):
        rest += chunk
        end = rest.rfind(b"row>") + 4
        if end > 3:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            raise ValueError("a row has more than 64 MB")
    yield rest


def _styles(archive: zipfile.ZipFile) -> tuple[frozenset[int], dict[int, int]]:
    """Style numbers whose format shows a percentage, and those that put zeros in front, with the digits."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset(), {}
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "")
        for one in root.iter()
        if _local(one.tag) == "numFmt"
    }
    percent: set[int] = set()
    digits: dict[int, int] = {}
    cells = [style for one in root if _local(one.tag) == "cellXfs" for style in one]
    for number, style in enumerate(cells):
        known = int(style.get("numFmtId", "0"))
        code = formats.get(known, "0%" if known in _BUILT_IN_PERCENT else "").split(";")[0]
        plain = _LITERALS.sub("", code)
        if "%" in plain:
            percent.add(number)
        elif _ZEROS.fullmatch(plain) and plain == code:
            digits[number] = len(plain)
    return frozenset(percent), digits


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The member with a sheet's XML, by the workbook's relations."""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relation = next(
        value
        for one in workbook.iter()
        if _local(one.tag) == "sheet" and one.get("name") == sheet
        for name, value in one.items()
        if _local(name) == "id"
    )
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(one.get("Target", "") for one in relations if one.get("Id") == relation)
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join("xl", target))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
