"""Mail goes over TLS to a server with a trusted certificate of its name, or not at all."""

from __future__ import annotations

import datetime as dt
import ipaddress
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.warehouse.mailing.local_server import LocalServer
from warehouse.mailing.server import MailError, hand_over

Security = Literal["starttls", "tls"]
BOTH = pytest.mark.parametrize("security", ["starttls", "tls"])
USER, PASSWORD = "scorehouse", "an-invented-pass-phrase"


def certificate(path: Path, name: x509.GeneralName) -> Path:
    """A certificate that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate of this machine that is trusted."""
    path = certificate(tmp_path / "here.pem", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def mail() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "scorehouse@acme.example", "li.na@acme.example", "周报"
    made.set_content("正文")
    return made


def refused(server: LocalServer) -> MailError:
    with pytest.raises(MailError) as told:
        hand_over(server.settings, mail())
    assert PASSWORD not in str(told.value)
    return told.value


def said_in_clear(server: LocalServer) -> set[str]:
    return {word for word, is_encrypted in server.manner.heard if not is_encrypted}


@BOTH
def test_password_and_mail_go_encrypted(chain: Path, security: Security) -> None:
    with LocalServer(security, chain) as server:
        server.manner.user, server.manner.password = USER, PASSWORD
        hand_over(server.settings, mail())
        assert [taken["Subject"] for taken in server.taken] == ["周报"]
        assert {("AUTH", True), ("DATA", True)} <= set(server.manner.heard)
        assert said_in_clear(server) <= {"EHLO", "STARTTLS"}


@BOTH
def test_a_wrong_password_is_a_sentence_and_may_be_tried_again(chain: Path, security: Security) -> None:
    with LocalServer(security, chain) as server:
        server.manner.user, server.manner.password = "stranger", PASSWORD
        error = refused(server)
        assert "does not accept user and password" in str(error) and error.again
        assert server.taken == []


@BOTH
def test_a_certificate_that_nobody_trusts_gets_nothing(
    chain: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with LocalServer(security, chain) as server:
        server.manner.user, server.manner.password = USER, PASSWORD
        error = refused(server)
        assert "no certificate that this machine trusts" in str(error) and error.again
        assert server.taken == [] and "AUTH" not in dict(server.manner.heard)


@BOTH
def test_a_certificate_of_another_name_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    other = certificate(tmp_path / "other.pem", x509.DNSName("mail.other.example"))
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with LocalServer(security, other) as server:
        server.manner.user, server.manner.password = USER, PASSWORD
        assert "no certificate that this machine trusts" in str(refused(server))
        assert server.taken == [] and "AUTH" not in dict(server.manner.heard)


def test_a_server_that_offers_no_encryption_gets_no_password(chain: Path) -> None:
    with LocalServer("starttls", chain) as server:
        server.manner.user, server.manner.password = USER, PASSWORD
        server.manner.offers_starttls = False
        error = refused(server)
        assert "cannot be used" in str(error) and error.again
        assert server.taken == [] and "AUTH" not in dict(server.manner.heard)


def test_tls_with_a_server_that_speaks_none_ends_in_a_sentence(chain: Path) -> None:
    with LocalServer("none") as server:
        told = server.settings.model_copy(update={"security": "tls"})
        with pytest.raises(MailError, match="speaks no TLS on port"):
            hand_over(told, mail())
