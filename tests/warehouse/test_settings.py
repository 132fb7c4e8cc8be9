from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.errors import UsageError
from warehouse.settings import FOLDERS, HOME_VARIABLE, Settings


def test_the_folders_are_for_this_user_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home").ensure()
    for name in FOLDERS:
        assert (settings.home / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize("name", ["a*b", "q?", "[x]", "{y}"])
def test_a_home_that_reads_as_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=HOME_VARIABLE):
        Settings(home=tmp_path / name).ensure()
    assert not (tmp_path / name).exists()


def test_a_home_with_spaces_quotes_and_chinese_is_fine(tmp_path: Path) -> None:
    assert Settings(home=tmp_path / "人 力's 数据").ensure().landing.is_dir()


def test_the_environment_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert Settings.from_env().home == tmp_path
