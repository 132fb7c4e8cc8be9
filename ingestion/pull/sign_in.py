"""Who is asking: the headers that say so, their secrets taken from the environment."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Protocol

import httpx

from ingestion.pull.clock import Clock
from ingestion.pull.endpoint import Auth, Bearer, ClientCredentials, HeaderKey
from ingestion.pull.errors import AgainError, PullError
from ingestion.pull.secret_values import Secrets, references

# A token that ends while a page is on its way is of no use.
_SPARE_SECONDS = 30.0
_LONGEST_TOKEN_ANSWER = 1024 * 1024


class SignIn(Protocol):
    """What goes along with each request."""

    variables: str

    def headers(self) -> Mapping[str, str]:
        """The headers of now; raises `PullError` when there are none to have."""
        ...

    def renew(self) -> bool:
        """After a 401: whether another try makes sense."""
        ...


def sign_in_for(auth: Auth, secrets: Secrets, clock: Clock, client: httpx.Client) -> SignIn:
    """The way to sign in that a configuration names; raises `PullError` for a variable that is not set."""
    if isinstance(auth, ClientCredentials):
        return _Token(auth, secrets, clock, client)
    if isinstance(auth, Bearer):
        return _Fixed({"authorization": f"Bearer {secrets.fill(auth.token)}"}, auth.token)
    if isinstance(auth, HeaderKey):
        return _Fixed({auth.name: secrets.fill(auth.value)}, auth.value)
    user, password = secrets.fill(auth.user), secrets.fill(auth.password)
    return _Fixed({"authorization": _basic(user, password, secrets)}, auth.user + auth.password)


def _basic(user: str, password: str, secrets: Secrets) -> str:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    secrets.hide([encoded])
    return f"Basic {encoded}"


class _Fixed:
    """The same headers each time."""

    def __init__(self, headers: Mapping[str, str], template: str) -> None:
        self._headers = headers
        self.variables = " and ".join(references(template)) or "auth"

    def headers(self) -> Mapping[str, str]:
        """As configured."""
        return self._headers

    def renew(self) -> bool:
        """The same again would be refused again."""
        return False


class _Token:
    """An access token, fetched when it is needed and again when it ends."""

    def __init__(self, auth: ClientCredentials, secrets: Secrets, clock: Clock, client: httpx.Client) -> None:
        self._auth, self._secrets, self._clock, self._client = auth, secrets, clock, client
        self.variables = " and ".join(references(auth.client_id + auth.client_secret))
        self._token: str | None = None
        self._ends_at = 0.0

    def headers(self) -> Mapping[str, str]:
        """With a token that is still good for a while."""
        if self._token is None or self._clock.monotonic() >= self._ends_at:
            self._fetch()
        return {"authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """The next request brings a new token."""
        self._token = None
        return True

    def _fetch(self) -> None:
        auth, secrets = self._auth, self._secrets
        client_id, client_secret = (
            secrets.fill(auth.client_id, secret=False),
            secrets.fill(auth.client_secret),
        )
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        headers = {}
        if auth.client_in == "header":
            headers["authorization"] = _basic(client_id, client_secret, secrets)
        else:
            form |= {"client_id": client_id, "client_secret": client_secret}
        url = secrets.fill(auth.token_url, secret=False)
        response = self._client.post(url, data=form, headers=headers, follow_redirects=False)
        if response.status_code in (400, 401, 403):
            raise PullError(
                f"the token_url answered {response.status_code}, it does not accept the client; "
                f"check {self.variables}"
            )
        if response.status_code == 429 or response.status_code >= 500:
            raise AgainError(f"the token_url answered {response.status_code}; pull again later")
        if response.status_code != 200 or len(response.content) > _LONGEST_TOKEN_ANSWER:
            raise PullError(f"the token_url answered {response.status_code}; check it")
        self._take(response)

    def _take(self, response: httpx.Response) -> None:
        try:
            answer = response.json()
            token, seconds = str(answer["access_token"]), float(answer.get("expires_in") or 300)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PullError("the token_url gave no access_token; check it, and client_in") from None
        self._secrets.hide([token])
        self._token = token
        self._ends_at = self._clock.monotonic() + max(0.0, seconds - _SPARE_SECONDS)
