from __future__ import annotations

import stat

import pytest

from warehouse import logs
from warehouse.errors import UsageError
from warehouse.logs import describe, explain, log_file, logger
from warehouse.settings import Settings

SECRET = "测试甲 13800000000"


def caught(error: Exception) -> Exception:
    try:
        raise error
    except Exception as raised:
        return raised


def test_our_own_errors_speak_for_themselves_and_are_not_logged(settings: Settings) -> None:
    assert explain(UsageError("Do it so."), settings) == "Do it so."
    assert not log_file(settings).exists()


@pytest.mark.parametrize(
    "error", [ValueError(SECRET), KeyError(SECRET), RuntimeError(SECRET), Exception(SECRET)]
)
def test_an_unexpected_error_is_a_sentence_without_its_values(settings: Settings, error: Exception) -> None:
    sentence = explain(caught(error), settings)
    text = log_file(settings).read_text(encoding="utf-8")
    assert sentence.startswith(
        f"Something unexpected happened: {type(error).__name__} in tests/warehouse/test_logs.py"
    )
    assert str(log_file(settings)) in sentence
    assert "\n" not in sentence
    for words in (sentence, text):
        assert SECRET not in words
    entry = sentence.rstrip(".").rpartition(" ")[2]
    assert f"[{entry}]" in text
    assert "in caught: raise error" in text


def test_the_whole_chain_is_in_the_log_without_its_values(settings: Settings) -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        text = describe(error)
    assert "ValueError" in text.partition("led to")[0]
    assert "RuntimeError" in text.partition("led to")[2]
    assert SECRET not in text


def test_what_was_left_out_on_purpose_stays_out() -> None:
    try:
        try:
            int(SECRET)
        except ValueError:
            raise RuntimeError from None
    except RuntimeError as error:
        assert "ValueError" not in describe(error)


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert describe(first).count("ValueError") == 2


def test_what_the_system_refuses_is_named(settings: Settings) -> None:
    error = caught(OSError(28, "No space left on device", "/data/x"))
    assert explain(error, settings).startswith(
        "The system refused: No space left on device (/data/x) in tests/"
    )


def test_missing_memory_is_named(settings: Settings) -> None:
    assert explain(caught(MemoryError()), settings).startswith("There is not enough memory in tests/")


def test_messages_about_code_are_kept(settings: Settings) -> None:
    explain(caught(AttributeError("'NoneType' object has no attribute 'x'")), settings)
    assert "has no attribute 'x'" in log_file(settings).read_text(encoding="utf-8")


def test_without_a_log_there_is_still_a_sentence(settings: Settings) -> None:
    settings.logs.rmdir()
    settings.logs.write_text("a file where the folder should be", encoding="utf-8")
    assert "cannot be written" in explain(caught(ValueError(SECRET)), settings)


def test_the_log_is_private_and_rotates(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 2000)
    for _ in range(300):
        logger(settings).info("a line of some length that says nothing about anybody")
    names = sorted(path.name for path in settings.logs.iterdir())
    assert names == ["scorehouse.log", *(f"scorehouse.log.{number}" for number in range(1, 6))]
    assert {stat.S_IMODE(path.stat().st_mode) for path in settings.logs.iterdir()} == {0o600}


def test_the_log_does_not_print(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    logger(settings).error("only in the file")
    assert capsys.readouterr() == ("", "")
    assert "only in the file" in log_file(settings).read_text(encoding="utf-8")
