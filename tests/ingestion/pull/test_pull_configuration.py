"""A configuration is checked before anything is asked; what is wrong is said without quoting it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from ingestion.pull.config import DatabasePull, RestPull, load
from ingestion.pull.errors import PullError
from tests.ingestion.pull.pulling import Pulling

DATABASE = {"kind": "database", "source": "employees", "url": "${HR_DB_URL}", "table": "staff"}
REST = {"kind": "rest", "source": "employees", "base_url": "https://hr.example"}
LITERAL = "hunter2-literal"


def written(folder: Path, keys: dict[str, object], name: str = "staff") -> Path:
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(keys, allow_unicode=True), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(PullError) as raised:
        load(path)
    said = str(raised.value)
    assert path.name in said
    assert LITERAL not in said
    assert "\n" not in said
    return said


def test_the_file_names_the_pull(tmp_path: Path) -> None:
    pull = load(written(tmp_path, DATABASE, "hr-staff_2"))
    assert isinstance(pull, DatabasePull)
    assert (pull.name, pull.target, pull.time_out_seconds) == ("hr-staff_2", "employees", 60)


def test_a_cursor_may_be_its_column_alone(tmp_path: Path) -> None:
    pull = load(written(tmp_path, {**DATABASE, "cursor": "updated_at"}))
    assert pull.cursor is not None
    assert pull.cursor.column == "updated_at"


def test_an_endpoint_is_asked_for_one_answer_unless_told_otherwise(tmp_path: Path) -> None:
    pull = load(written(tmp_path, REST))
    assert isinstance(pull, RestPull)
    assert (pull.paging.style, pull.method, pull.requests_per_second) == ("none", "GET", 5)


def test_a_date_is_sent_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "staff.yml"
    rest = "kind: rest\nsource: employees\nbase_url: https://x\nparameters: {to: 2026-01-01}\n"
    path.write_text(rest + "cursor: {column: a, parameter: since, start: 2025-01-01}\n")
    pull = load(path)
    assert isinstance(pull, RestPull)
    assert pull.cursor is not None
    assert (pull.cursor.start, pull.parameters) == ("2025-01-01", {"to": "2026-01-01"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"url": f"postgresql+pg8000://u:{LITERAL}@h/db"},
            "the password of the url stands in the file",
        ),
        ({"url": f"postgresql+pg8000://u:{LITERAL}/x@h/db"}, "the password of the url"),
        ({"url": f"postgresql+pg8000://u@h/db?password={LITERAL}"}, "the password of the url"),
        ({"url": f"mssql+pyodbc://u@h/db?api_key={LITERAL}"}, "the api_key of the url"),
        ({"url": LITERAL}, "no address of a database"),
        ({"query": "select 1"}, "either a table or a query"),
        ({"table": None}, "either a table or a query"),
        ({"table": None, "query": "select 1", "columns": ["a"]}, "columns belong to a table"),
        ({"source": None}, "either a source or a profile"),
        ({"profile": "greenhouse"}, "either a source or a profile"),
        ({"source": "staff"}, "there is no source 'staff'; the sources are interviews"),
        ({"source": None, "profile": "../x"}, "profile is the name of one"),
        ({"source": None, "profile": "greenhouse", "exported_at": "a"}, "a profile names its own"),
        ({"cursor": {"column": "a", "parameter": "since"}}, "belong to REST endpoints"),
        ({"kind": LITERAL}, "at kind"),
        ({"kind": None}, "at kind"),
        ({"password": LITERAL}, "at password: extra inputs are not permitted"),
        ({"attempts": 0}, "at attempts"),
        ({"time_out_seconds": LITERAL}, "at time_out_seconds"),
        ({"name": "x"}, "names a name"),
    ],
)
def test_what_is_wrong_with_a_database_is_said(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    keys = {name: value for name, value in {**DATABASE, **changes}.items() if value is not None}
    assert said in complaint(written(tmp_path, keys))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_url": f"https://u:{LITERAL}@hr.example"}, "holds a user or a password"),
        ({"base_url": "hr.example"}, "must begin with https://"),
        ({"base_url": "file:///etc/passwd"}, "must begin with https://"),
        ({"path": "https://elsewhere.example"}, "a path below base_url"),
        ({"path": "//elsewhere.example"}, "a path below base_url"),
        ({"auth": {"kind": "bearer", "token": LITERAL}}, "the token stands in the file itself"),
        ({"auth": {"kind": "header", "name": "X", "value": LITERAL}}, "the key stands in the file"),
        ({"auth": {"kind": "basic", "user": "u", "password": LITERAL}}, "the password stands in"),
        ({"auth": {"kind": "basic", "user": LITERAL}}, "the user (a token"),
        (
            {
                "auth": {
                    "kind": "oauth2",
                    "token_url": "https://x",
                    "client_id": "a",
                    "client_secret": LITERAL,
                }
            },
            "the client_secret stands in",
        ),
        ({"auth": {"kind": "digest", "user": LITERAL}}, "at auth.kind"),
        ({"headers": {"Authorization": LITERAL}}, "the header Authorization stands in the file"),
        ({"headers": {"X-Api-Key": LITERAL}}, "the header X-Api-Key"),
        ({"parameters": {"api_key": LITERAL}}, "would stand in addresses"),
        ({"parameters": {"access_token": "${HR_TOKEN}"}}, "would stand in addresses"),
        ({"parameters": {"tenant": "${TENANT}"}}, "take no ${…}"),
        ({"paging": {"style": "cursor"}}, "next is the place"),
        ({"paging": {"style": "page", "next": "x"}}, "next is the place"),
        ({"paging": {"style": "link", "parameter": "p"}}, "takes no parameter"),
        ({"paging": {"style": "cursor", "next": "x", "first": 3}}, "takes no first number"),
        ({"paging": {"style": "page", "size": 3}}, "size and size_parameter belong together"),
        ({"cursor": "updated_at"}, "cursor needs the parameter"),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_said(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    assert said in complaint(written(tmp_path, {**REST, **changes}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kind: [\n", "is not YAML (line"),
        (f"kind: database\nurl: *{LITERAL}\n".encode(), "is not YAML (line 2"),
        (f"kind: database\n\turl: {LITERAL}\n".encode(), "is not YAML"),
        (b"", "is empty or no list of keys"),
        (b"- kind: rest\n", "is empty or no list of keys"),
        ("kind: 数据库".encode("gb18030"), "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_configuration_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "staff.yml"
    path.write_bytes(content)
    assert said in complaint(path)


def test_the_examples_of_the_documentation_are_configurations(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "pull.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        path = tmp_path / f"example{number}.yml"
        path.write_text(textwrap.dedent(example), encoding="utf-8")
        load(path)


@pytest.mark.parametrize("name", ["Staff", "员工", "a b", "-a", "a" * 65])
def test_a_name_that_makes_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    assert "lower-case letters" in complaint(written(tmp_path, DATABASE, name))


def test_a_profile_that_does_not_exist_is_said_before_anything_is_asked(pulling: Pulling) -> None:
    pulling.configure("staff", "kind: rest\nprofile: nowhere\nbase_url: http://127.0.0.1:1\n")
    assert "there is no profile 'nowhere'" in pulling.failure()


@pytest.mark.parametrize("value", ["", "   "])
def test_a_variable_that_is_not_set_is_named(pulling: Pulling, value: str) -> None:
    pulling.environment = {"HR_DB_URL": value}
    pulling.configure("staff", "kind: database\nsource: employees\nurl: ${HR_DB_URL}\ntable: staff\n")
    assert "the environment variable HR_DB_URL is not set" in pulling.failure()
