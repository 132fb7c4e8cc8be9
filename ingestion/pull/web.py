"""One host, asked politely: signed in, no faster than allowed, again after a while, never led elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from ingestion.pull.clock import Clock
from ingestion.pull.config import RestPull
from ingestion.pull.errors import AgainError, PullError, StatusError
from ingestion.pull.secret_values import Secrets
from ingestion.pull.sign_in import SignIn, sign_in_for

_REDIRECTS = 5
_LONGEST_WAIT = 300.0
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,40}")
_HERE = ("localhost", "127.0.0.1", "[::1]")
_EXPONENTIAL = wait_random_exponential(multiplier=1, max=60)
_WHY = {
    400: "does not understand the request; check path and parameters",
    403: "does not allow it; have the right to read this granted",
    404: "does not find it; check base_url and path",
    410: "says that it is gone; check base_url and path",
    422: "does not accept the parameters; check them",
}


@dataclass(frozen=True)
class Request:
    """An address on the host, and what is asked there (none where the address says it all)."""

    url: str
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """JSON, and what stood around it."""

    body: Any
    url: str
    next_link: str | None
    said_at: dt.datetime | None


class Web:
    """The client of one pull."""

    def __init__(self, pull: RestPull, secrets: Secrets, clock: Clock) -> None:
        self._pull, self._secrets, self._clock = pull, secrets, clock
        base = secrets.fill(pull.base_url, secret=False).rstrip("/")
        self.url = f"{base}/{pull.path.lstrip('/')}" if pull.path else base
        self._host = _host(self.url)
        self._client = _client(pull)
        self._sign_in: SignIn | None = (
            sign_in_for(pull.auth, secrets, clock, self._client) if pull.auth else None
        )
        self._headers = {name: secrets.fill(value) for name, value in pull.headers.items()}
        self._next_at = 0.0

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def sends_secrets_in_clear(self) -> bool:
        """Whether a secret goes over http to another machine."""
        scheme, name, _ = self._host
        return (
            scheme == "http"
            and f"[{name}]" not in _HERE
            and name not in _HERE
            and self._pull.auth is not None
        )

    def absolute(self, address: str, from_url: str) -> str:
        """`address` as found in an answer; raises `PullError` when it leads to another host."""
        try:
            url = httpx.URL(from_url).join(address)
            same = _host(str(url)) == self._host
        except (httpx.InvalidURL, ValueError):
            raise PullError("the address of the next page is none; check paging") from None
        if not same:
            raise PullError(
                f"the server leads to another host ({self._secrets.clean(url.host)}), which is not followed; "
                "if that is right, make it the base_url"
            )
        return str(url)

    def ask(self, request: Request) -> Answer:
        """The answer; raises `PullError` when there is none after all attempts."""
        for attempt in Retrying(
            retry=retry_if_exception_type(AgainError),
            stop=stop_after_attempt(self._pull.attempts),
            wait=_wait,
            sleep=self._clock.sleep,
            reraise=True,
        ):
            with attempt:
                return self._ask_once(request)
        raise AssertionError("tenacity ends with an answer or an exception")

    def _ask_once(self, request: Request, renewed: bool = False) -> Answer:
        try:
            for _ in range(_REDIRECTS):
                self._keep_pace()
                headers = {**self._headers, **(self._sign_in.headers() if self._sign_in else {})}
                sent = self._build(request, headers)
                response = self._client.send(sent, stream=True)
                try:
                    if not response.has_redirect_location:
                        return self._read(response)
                    target = self.absolute(response.headers["location"], str(response.url))
                finally:
                    response.close()
                if self._pull.method != "GET":
                    raise PullError("the server redirects a POST; name the address where it ends")
                request = Request(target)
        except StatusError as error:
            if error.status == 401 and self._sign_in is not None and not renewed and self._sign_in.renew():
                return self._ask_once(request, renewed=True)
            raise
        except httpx.HTTPError as error:
            raise _from_network(error, self._pull.time_out_seconds) from None
        except (httpx.InvalidURL, ValueError) as error:
            # The message may quote what cannot be sent: a header with a secret in it.
            raise PullError(
                f"the request cannot be sent ({type(error).__name__}); check base_url, "
                "and that no secret holds a line break or a letter outside ASCII"
            ) from None
        raise PullError("the server redirects in a circle; check base_url and path")

    def _build(self, request: Request, headers: Mapping[str, str]) -> httpx.Request:
        if self._pull.method == "POST" and request.parameters is not None:
            return self._client.build_request("POST", request.url, json=request.parameters, headers=headers)
        return self._client.build_request(
            self._pull.method, request.url, params=request.parameters or None, headers=headers
        )

    def _read(self, response: httpx.Response) -> Answer:
        said_at = _date(response.headers.get("date"))
        if response.status_code >= 400:
            raise self._refusal(response, said_at)
        content = self._content(response)
        try:
            encoding = response.charset_encoding
            body = json.loads(content.decode(encoding) if encoding else content)
        except (ValueError, RecursionError, LookupError):
            kind = _MEDIA_TYPE.match(response.headers.get("content-type", "").lower())
            but = f" but {kind[0]}" if kind and "json" not in kind[0] else ""
            raise PullError(
                f"the answer is not JSON{but}; check path and headers, and whether it is a sign-in page"
            ) from None
        link = response.links.get("next", {}).get("url")
        return Answer(body, str(response.url), link, said_at)

    def _content(self, response: httpx.Response) -> bytes:
        """The whole body, bounded in size and time (a server that drips never runs into a read time-out)."""
        limit = int(self._pull.max_answer_mb * 1024 * 1024)
        end = self._clock.monotonic() + self._pull.time_out_seconds
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > limit:
                raise PullError(
                    f"one answer is larger than {self._pull.max_answer_mb:g} MB; "
                    "ask for smaller pages, or raise max_answer_mb"
                )
            if self._clock.monotonic() > end:
                raise AgainError(_too_slow(self._pull.time_out_seconds))
        return bytes(content)

    def _refusal(self, response: httpx.Response, said_at: dt.datetime | None) -> PullError:
        status = response.status_code
        if status == 401:
            named = self._sign_in.variables if self._sign_in else "auth, which is missing"
            return StatusError(f"the server answered 401, it does not accept who asks; check {named}", status)
        wait = _retry_after(response.headers.get("retry-after"), said_at or self._clock.now())
        if wait is not None and wait > _LONGEST_WAIT and (status == 429 or status >= 500):
            return PullError(
                f"the server answered {status} and asks to wait {wait:g} seconds; pull again after that"
            )
        if status == 429:
            return AgainError("the server answered 429, too many requests; lower requests_per_second", wait)
        if status >= 500 or status == 408:
            return AgainError(f"the server answered {status}, a fault of its own; pull again later", wait)
        why = _WHY.get(status, "refuses; check base_url, path and parameters")
        return StatusError(f"the server answered {status}, it {why}", status)

    def _keep_pace(self) -> None:
        """Waits until the next request is due."""
        now = self._clock.monotonic()
        if now < self._next_at:
            self._clock.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1 / self._pull.requests_per_second


def _client(pull: RestPull) -> httpx.Client:
    # These loggers write addresses, in which cursors and ids stand.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.Client(
        verify=_certificates(pull.ca_file),
        timeout=pull.time_out_seconds,
        follow_redirects=False,
        headers={"accept": "application/json", "user-agent": "scorehouse"},
        # A proxy of the environment is for other machines.
        mounts={f"all://{name}": None for name in _HERE},
    )


@cache
def _certificates(ca_file: Path | None) -> ssl.SSLContext:
    """What is trusted, with host names checked; loading it takes longer than an answer."""
    try:
        return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()
    except OSError:
        raise PullError(f"the ca_file {ca_file} is no file of certificates; correct its path") from None


def _host(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; raises `PullError` for anything but http(s)."""
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise PullError("only http:// and https:// addresses are asked; check base_url and paging")
    return parsed.scheme, parsed.host.lower(), parsed.port or (443 if parsed.scheme == "https" else 80)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, AgainError) and error.wait_seconds is not None:
        return error.wait_seconds
    return _EXPONENTIAL(state)


def _from_network(error: httpx.HTTPError, seconds: float) -> PullError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PullError(
                "the certificate of the server is not trusted; name the authority that signed it as ca_file"
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return AgainError(_too_slow(seconds))
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return AgainError("the server cannot be reached; check base_url and the network")
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return AgainError("the server broke off its answer, or it speaks no HTTP; pull again later")
    return PullError(f"the server cannot be asked ({type(error).__name__}); check base_url and headers")


def _too_slow(seconds: float) -> str:
    return f"the server did not answer within {seconds:g} seconds; raise time_out_seconds or ask for less"


def _retry_after(text: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3: a number of seconds, or a date)."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    moment = _date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _date(text: str | None) -> dt.datetime | None:
    with suppress(TypeError, ValueError):
        moment = parsedate_to_datetime(text or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return None
