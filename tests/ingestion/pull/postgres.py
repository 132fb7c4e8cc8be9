"""A real PostgreSQL for a test run, in a folder of its own, reached over 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ingestion.pull.certificates import Certificate

# The server refuses to run as root: then it runs as one of these.
ACCOUNTS = ("postgres", "nobody")
SUPERUSER, PASSWORD = "keeper", "pg-Pass-9f3c2b"


@dataclass(frozen=True)
class Postgres:
    """A running server with one empty database."""

    port: int
    password: str = PASSWORD

    @property
    def url(self) -> str:
        """With the password in clear, for the test itself."""
        return f"postgresql+pg8000://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"


def binaries() -> Path:
    """The folder of initdb and postgres; skips where there is none."""
    found = [Path(at).resolve().parent for name in ("initdb", "postgres") if (at := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    pytest.skip("PostgreSQL is not installed on this machine")


@contextmanager
def running(certificate: Certificate | None = None) -> Iterator[Postgres]:
    """Starts a server, with TLS when it has a certificate to show, and stops it again."""
    folder = binaries()
    before = _as_another_account()
    home = Path(tempfile.mkdtemp(prefix="pulled_from_"))
    try:
        if before:
            os.chown(home, *_ids())
        password_file = home / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)
        data = home / "data"
        _run(
            *before,
            *(folder / "initdb", "--pgdata", data, "--username", SUPERUSER, "--pwfile", password_file),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        if certificate is not None:
            options += f" -c ssl=on {_installed(certificate, home, bool(before))}"
        control = [*before, folder / "pg_ctl", "--pgdata", data, "--wait"]
        _run(*control, "--log", home / "log", "--options", options, "start")
        try:
            yield Postgres(port)
        finally:
            _run(*control, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _installed(certificate: Certificate, home: Path, is_root: bool) -> str:
    """Copies that the server's account may read, as options."""
    for name, content in (("cert", certificate.certificate), ("key", certificate.key)):
        path = home / f"{name}.pem"
        path.write_bytes(content.read_bytes())
        path.chmod(0o600)
        if is_root:
            os.chown(path, *_ids())
    return f"-c ssl_cert_file={home}/cert.pem -c ssl_key_file={home}/key.pem"


def _as_another_account() -> list[str]:
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("PostgreSQL refuses to run as root, and setpriv is not installed")
    user, group = _ids()
    return [setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups"]


def _ids() -> tuple[int, int]:
    for name in ACCOUNTS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return account.pw_uid, account.pw_gid
    pytest.skip("PostgreSQL refuses to run as root, and there is no account to run it as")


def _run(*words: object) -> None:
    # Of its own working directory and without pipes: the server outlives pg_ctl and would keep them open.
    done = subprocess.run(
        [str(word) for word in words],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(
            f"PostgreSQL does not start here: {Path(str(words[-1])).name} ended with {done.returncode}"
        )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
