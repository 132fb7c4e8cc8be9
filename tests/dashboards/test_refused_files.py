"""A button that gives no file says why, beside the button and in the reader's words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from dashboards import access, refused_files
from dashboards.ask import Questions
from dashboards.catalogue import words_in
from warehouse import sessions
from warehouse.errors import SignInFailed
from warehouse.logs import log_file
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

HR = Viewer("hr", "hr")
NAME = "李小满"


@pytest.fixture(autouse=True)
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server does at its start, for the length of a test."""
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    refused_files.say_why()


def pressed(make: Callable[[], bytes]) -> Any:
    """What the browser is answered when the button of a file is pressed."""
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    files._get_session_id = lambda: "a session"  # type: ignore[attr-defined]
    number = files.add_deferred(make, "text/csv", "0.0", file_name="rows.csv")
    request = BackendOperationRequest(request_id="1")
    request.deferred_file.file_id = number
    return asyncio.run(DeferredFileHandler(lambda: files).handle(request, "a session"))


def test_a_file_that_is_made_has_an_address() -> None:
    answer = pressed(lambda: b"rows")
    assert (answer.deferred_file.url[:7], answer.error_msg) == ("/media/", "")


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "登录已结束，请重新登录后再下载。"), ("en", "The session has ended")]
)
def test_a_session_that_ended_is_told_in_the_readers_language(
    marts_home: Path, language: str, words: str
) -> None:
    settings = Settings(home=marts_home)
    token = sessions.open_session(settings, HR)
    page = SimpleNamespace(settings=settings, ask=Questions(settings, HR, {}), words=words_in(language))
    assert access.who_saves(cast(Any, page), token) == HR
    sessions.end_session(settings, token)

    def made() -> bytes:
        access.who_saves(cast(Any, page), token)
        return b"rows"

    assert pressed(made).error_msg.startswith(words)


def test_newer_data_are_told_as_such(marts_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=marts_home)
    token = sessions.open_session(settings, HR)
    page = SimpleNamespace(settings=settings, ask=Questions(settings, HR, {}), words=words_in("zh"))
    monkeypatch.setattr(Questions, "holds", lambda *_: False)
    with pytest.raises(SignInFailed, match="页面打开之后数据已更新或权限有变，请刷新页面后再下载。"):
        access.who_saves(cast(Any, page), token)


def test_anything_else_goes_to_the_log_and_shows_no_value_and_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    settings = Settings(home=tmp_path).ensure()

    def fails() -> bytes:
        raise ValueError(NAME)

    said = pressed(fails).error_msg
    assert words_in("zh")("trouble.unknown") in said and words_in("en")("trouble.unknown") in said
    assert NAME not in said and str(tmp_path) not in said
    assert "ValueError" in log_file(settings).read_text("utf-8")
    assert NAME not in log_file(settings).read_text("utf-8")
