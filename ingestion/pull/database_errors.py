"""What a database driver says, as a clause that quotes no value, no address and no password."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ingestion.pull.errors import AgainError, PullError

# SQLSTATE (ISO 9075, PostgreSQL appendix A) → what it means here; the longest prefix wins.
_STATES = {
    "28": "the database refuses the account or its password; check them",
    "3D": "there is no such database on the server; check the url",
    "3F": "there is no such schema; check the table or the query",
    "42P01": "there is no such table{name}; check the table or the query",
    "42703": "there is no such column{name}; check columns, cursor and query: has the table changed",
    "42501": "the account may not read that; have the right to select granted",
    "42601": "the query is not SQL that this database understands; try it in a console first",
    "42": "the database does not understand the query; try it in a console first",
    "25006": "the query would write, and a pull only reads; name a select",
    "57014": "the database stopped the query because it took too long; add an index on the cursor column",
    "0A": "the database cannot run the query within another one; name a plain select",
    "22": "the database cannot calculate or cast a value that the query asks for; try it in a console first",
}
_AGAIN = {
    "08": "the connection to the database broke",
    "53300": "the database has no connection left",
    "57P": "the database is starting or stopping",
    "40": "the database took the snapshot back because of another transaction",
}
_SQLITE = (
    (re.compile(r"no such table: ([\w.]+)"), _STATES["42P01"]),
    (re.compile(r"no such column: ([\w.]+)"), _STATES["42703"]),
    (re.compile(r"file is not a database"), "the file is not an SQLite database; correct the url"),
    (re.compile(r"attempt to write a readonly database"), _STATES["25006"]),
    (re.compile(r"syntax error|incomplete input"), _STATES["42601"]),
)
_IDENTIFIER = re.compile(r'"([\w.]{1,128})"')


@contextmanager
def explained(seconds: float) -> Iterator[None]:
    """Whatever a driver raises inside becomes a `PullError`."""
    try:
        yield
    except PullError:
        raise
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError):
        # Its message may quote the address.
        raise PullError(
            "the driver that its url names is not installed; install it beside Scorehouse, or use "
            "postgresql+pg8000:// or sqlite:///"
        ) from None
    except sa.exc.DBAPIError as error:
        raise _from_driver(error, seconds) from None
    except (OSError, EOFError) as error:
        raise _from_network(error, seconds) from None
    except sa.exc.SQLAlchemyError as error:
        raise PullError(
            f"the query could not be put to the database ({type(error).__name__}); "
            "check table, columns and query"
        ) from None


def _from_driver(error: sa.exc.DBAPIError, seconds: float) -> PullError:
    original = error.orig
    state, message = _state_and_message(original)
    for known, raised in ((_AGAIN, AgainError), (_STATES, PullError)):
        prefix = next((state[:length] for length in (5, 3, 2) if state[:length] in known), None)
        if state and prefix:
            found = _IDENTIFIER.search(message)
            return raised(known[prefix].format(name=f" {found[1]}" if found else ""))
    for pattern, clause in _SQLITE:
        if matched := pattern.search(message):
            return PullError(clause.format(name=f" {matched[1]}" if matched.groups() else ""))
    if "locked" in message:
        return AgainError(f"the database was locked for {seconds:g} seconds")
    if "SSL" in message:
        return PullError(
            "the database does not offer an encrypted connection; have TLS switched on there, "
            "or set tls: false where the network itself is trusted"
        )
    cause: BaseException | None = original
    while cause is not None:
        if isinstance(cause, OSError | EOFError):
            return _from_network(cause, seconds)
        cause = cause.__cause__ or cause.__context__
    if "network error" in message or "connection is closed" in message or error.connection_invalidated:
        return AgainError("the connection to the database broke")
    code = f", code {state}" if state else ""
    return PullError(
        f"the database refused ({type(original).__name__}{code}); try the query in a console first"
    )


def _from_network(error: OSError | EOFError, seconds: float) -> PullError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return PullError(
            "the certificate of the database is not trusted; name the authority that signed it as ca_file"
        )
    if isinstance(error, TimeoutError):
        return AgainError(f"the database did not answer within {seconds:g} seconds")
    return AgainError("the database cannot be reached; check the url and the network")


def _state_and_message(original: BaseException | None) -> tuple[str, str]:
    """SQLSTATE and text, wherever the driver keeps them."""
    first = original.args[0] if original is not None and original.args else ""
    if isinstance(first, dict):
        return str(first.get("C", "")), str(first.get("M", ""))
    state = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None) or ""
    return str(state), str(original)
