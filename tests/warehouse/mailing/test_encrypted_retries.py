"""A mail that TLS or the sign-in kept back is not lost: the next run sends it, and once."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from tests.warehouse.mailing.local_server import LocalServer
from tests.warehouse.mailing.test_encrypted import BOTH, PASSWORD, USER, Security, certificate
from tests.warehouse.mailing.test_sending import DUE, HOUR, settings, state_of, subscribed, write
from warehouse.mailing.sending import send_due
from warehouse.mailing.server import MailServer
from warehouse.settings import Settings

__all__ = ["settings"]  # the fixture of the other ways of sending
UNTRUSTED = "The mail server 127.0.0.1 has no certificate that this machine trusts, or speaks no TLS on port "
FAULTS: dict[str, tuple[Callable[[MailServer, Path], MailServer], str]] = {
    "login": (
        lambda server, _: server.model_copy(update={"password": "falsch-0815"}),
        "The mail server 127.0.0.1 does not accept user and password.",
    ),
    "away": (
        lambda server, _: server.model_copy(update={"port": 1}),
        "The mail server 127.0.0.1:1 cannot be reached or cannot be used",
    ),
    "certificate": (lambda server, _: server, UNTRUSTED),
}


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_kept_back_goes_out_once_when_the_fault_is_mended(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Security, fault: str
) -> None:
    subscribed(settings)
    chain = certificate(tmp_path / "here.pem", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    if fault != "certificate":
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with LocalServer(security, chain) as server:
        server.manner.user, server.manner.password = USER, PASSWORD
        broken, sentence = FAULTS[fault]
        (outcome,) = send_due(settings, broken(server.settings, chain), write, now=DUE)
        assert outcome.state == "waiting" and outcome.sentence.startswith(sentence)
        assert "\n" not in outcome.sentence and outcome.sentence.count(". ") == 0
        assert PASSWORD not in outcome.sentence and "falsch" not in outcome.sentence
        assert server.taken == [] and state_of(settings).state == "waiting"
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        assert [one.state for one in send_due(settings, server.settings, write, now=DUE + HOUR)] == ["sent"]
        assert send_due(settings, server.settings, write, now=DUE + 2 * HOUR) == []
        assert len(server.taken) == 1 and state_of(settings).sentence == ""
