"""`scorehouse serve`: how it starts and refuses to start."""

from __future__ import annotations

import base64
import socket
import urllib.request
from pathlib import Path

import pytest

from dashboards import serve
from tests.dashboards.browsing import serving
from warehouse.errors import UsageError, VaultError
from warehouse.settings import Settings
from warehouse.vault import Vault


def test_a_port_in_use_is_one_sentence_and_starts_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((serve.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} on 127.0.0.1 cannot be used") as refused:
            serve.serve(Settings(home=tmp_path), port)
    assert "--port" in str(refused.value)
    assert not (tmp_path / "vault").exists()


def test_without_the_right_master_key_it_says_what_to_restore_and_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCOREHOUSE_MASTER_KEY", raising=False)
    settings = Settings(home=tmp_path).ensure()
    Vault.open(settings).system_key("anything")
    key = settings.vault / "master.key"
    key.write_bytes(base64.b64encode(bytes(32)))
    with pytest.raises(VaultError, match="does not fit the vault"):
        serve.serve(settings, 8599)
    key.unlink()
    with pytest.raises(VaultError, match=r"restore master\.key"):
        serve.serve(settings, 8599)
    assert not (settings.vault / "accounts.json").exists()


@pytest.mark.parametrize("port", [0, -1, 70_000])
def test_what_is_no_port_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(UsageError, match="is not a port"):
        serve.serve(Settings(home=tmp_path), port)


def test_streamlit_listens_on_this_machine_only_and_reports_to_nobody() -> None:
    command = " ".join(serve.command(8501))
    assert "--server.address 127.0.0.1" in command
    assert "--browser.gatherUsageStats false" in command


def test_ctrl_c_ends_the_dashboards_without_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(tmp_path / "home", is_first=True) as (address, _):
        assert urllib.request.urlopen(address).status == 200
    assert capfd.readouterr() == ("", "")
