"""Encrypted connections are to whom they say: a certificate that nobody vouches for ends the pull."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingestion.pull.certificates import self_signed
from tests.ingestion.pull.endpoints import configuration, person
from tests.ingestion.pull.postgres import SUPERUSER, running
from tests.ingestion.pull.pulling import Pulling
from tests.ingestion.pull.server import Reply, Server

ONE = {"data": [person(1)]}


def test_an_unknown_authority_is_not_trusted_and_a_named_one_is(pulling: Pulling, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with Server(certificate.server_context()) as server:
        server.answer = lambda asked: Reply(ONE)
        pulling.configure("people", configuration(server))
        assert "certificate of the server is not trusted" in pulling.failure()
        assert server.asked == []
        pulling.configure("people", configuration(server, more=f"ca_file: {certificate.certificate}\n"))
        assert pulling.one().rows == 1


def test_a_certificate_for_another_address_is_not_trusted(pulling: Pulling, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "127.0.0.2")
    with Server(certificate.server_context()) as server:
        pulling.configure("people", configuration(server, more=f"ca_file: {certificate.certificate}\n"))
        assert "certificate of the server is not trusted" in pulling.failure()


@pytest.mark.parametrize("path", ["/nowhere.pem", "/etc/hostname"])
def test_a_file_without_certificates_is_named(path: str, server: Server, pulling: Pulling) -> None:
    pulling.configure("people", configuration(server, more=f"ca_file: {path}\n"))
    assert f"the ca_file {path} is no file of certificates" in pulling.failure()


def test_a_database_shows_a_certificate_too(pulling: Pulling, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with running(certificate) as postgres:
        pulling.environment = {"HR_PASSWORD": postgres.password}
        address = f"postgresql://{SUPERUSER}:${{HR_PASSWORD}}@127.0.0.1:{postgres.port}/postgres"
        text = f"kind: database\nsource: surveys\nurl: {address}\nquery: select ssl from pg_stat_ssl" + (
            " where pid = pg_backend_pid()\ntls: true\n"
        )
        pulling.configure("survey", text)
        assert "certificate of the database is not trusted" in pulling.failure()
        pulling.configure("survey", f"{text}ca_file: {certificate.certificate}\n")
        assert pulling.rows(pulling.one()) == [{"ssl": True}]
