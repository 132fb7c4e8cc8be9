"""Sign-in by the company's provider (OpenID Connect): what it says of a person, mapped to an account.

The dashboards' server speaks with the provider and checks its signatures. Here an identity becomes an
account: one linked to it (`scorehouse user link`), or, where the configuration maps roles of a claim,
one that is made for it. Nobody becomes hr by a claim.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse import audit
from warehouse.account_admin import CANDIDATE, account_roles, check_name
from warehouse.account_file import Accounts, editing, time_of
from warehouse.accounts import FIRST_USER, UNKNOWN
from warehouse.errors import SignInFailed, UsageError
from warehouse.sessions import CODE, add_session, end_sessions
from warehouse.settings import Settings
from warehouse.viewer import Viewer

FILE_VARIABLE = "SCOREHOUSE_OIDC"
SECRET_VARIABLE = "SCOREHOUSE_OIDC_SECRET"
FILE_NAME = "oidc.yml"
# A provider's word opens a session once, and only while it is fresh.
FRESH = dt.timedelta(minutes=10)
_HR = "hr"
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_NO_LINK = "Your company sign-in is not linked to an account here: ask HR or your administrator."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RolesByClaim(_Strict):
    """Accounts are made for whoever has one of these values in a claim."""

    claim: str = Field(min_length=1)
    roles: Mapping[str, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _never_hr(self) -> RolesByClaim:
        possible = [role for role in account_roles() if role not in (_HR, CANDIDATE)]
        for role in self.roles.values():
            if role not in possible:
                raise ValueError(f"role {role} cannot come from a claim, only {', '.join(possible)}")
        return self


class SecondFactorByClaim(_Strict):
    """What the provider says when it has asked for a second factor."""

    amr: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()


class Config(_Strict):
    """`vault/oidc.yml`: the provider, which claim names a person, and what else its claims mean."""

    server_metadata_url: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(default="", repr=False)
    redirect_uri: str | None = None
    label: str = ""
    identity_claim: str = "email"
    roles_by_claim: RolesByClaim | None = None
    second_factor: SecondFactorByClaim = SecondFactorByClaim()

    @model_validator(mode="after")
    def _is_safe(self) -> Config:
        address = urlparse(self.server_metadata_url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _HERE):
            raise ValueError("server_metadata_url must begin with https://")
        if self.redirect_uri is not None and not self.redirect_uri.endswith("/oauth2callback"):
            raise ValueError("redirect_uri must end with /oauth2callback")
        return self


def read_config(settings: Settings) -> Config | None:
    """The configuration: a file that only its owner may read; None where there is none.

    The file is `vault/oidc.yml`, or the one that SCOREHOUSE_OIDC names; the client's secret may stand in
    SCOREHOUSE_OIDC_SECRET instead. Raises `UsageError`, which never quotes the file.
    """
    named = os.environ.get(FILE_VARIABLE, "").strip()
    path = Path(named).expanduser() if named else settings.vault / FILE_NAME
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise UsageError(f"{FILE_VARIABLE} names {path}, which does not exist.") from None
        return None
    if mode & 0o077:
        raise UsageError(f"Others can read {path}, which holds a secret: run `chmod 600 {path}`.")
    given = os.environ.get(SECRET_VARIABLE, "").strip()
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
        return Config.model_validate({**content, "client_secret": given} if given else content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        )
        raise UsageError(f"{path} cannot be used: {faults}.") from None
    except (yaml.YAMLError, TypeError):
        raise UsageError(f"{path} cannot be used: it is not a YAML mapping.") from None


def secrets_toml(config: Config, port: int) -> str:
    """The `[auth]` section that the dashboards' server reads; its cookies end with the server."""
    values = {
        "redirect_uri": config.redirect_uri or f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": secrets.token_urlsafe(32),
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "server_metadata_url": config.server_metadata_url,
        "expose_tokens": [],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(["[auth]", *lines, ""])


def enter(
    settings: Settings, config: Config, claims: Mapping[str, Any], *, now: dt.datetime | None = None
) -> str:
    """Opens a session for who the claims (of a checked identity token) name: its token.

    Raises `SignInFailed`; `why` is stranger, unverified, stale or used.
    """
    moment = now or dt.datetime.now(dt.UTC)
    token = secrets.token_urlsafe(32)
    try:
        with editing(settings) as accounts:
            _use_up(accounts, claims, moment)
            name = _account(accounts, config, claims)
            account = accounts.users[name]
            has_second = _has_second_factor(config, claims)
            viewer = Viewer(name, account["role"], has_second)
            needs = {CODE} if "totp" in account and not has_second else set()
            add_session(accounts, token, viewer, needs=needs, via="oidc", moment=moment)
    except SignInFailed as failure:
        if failure.why != "used":
            audit.record(
                settings, who=UNKNOWN, role=UNKNOWN, action="sign_in_failed", why=failure.why, via="oidc"
            )
        raise
    if not needs:
        audit.record(settings, who=name, role=viewer.role, action="sign_in", via="oidc", at=moment)
    return token


def _use_up(accounts: Accounts, claims: Mapping[str, Any], moment: dt.datetime) -> None:
    """A sign-in at the provider counts once: its cookie in the browser outlives our sessions."""
    issued = claims.get("iat")
    if not isinstance(issued, int | float) or isinstance(issued, bool):
        raise SignInFailed("The provider does not say when you signed in.", "stale")
    if abs(moment.timestamp() - issued) > FRESH.total_seconds():
        raise SignInFailed("The sign-in at your company is too old: sign in again.", "stale")
    accounts.used = {key: until for key, until in accounts.used.items() if time_of(until) > moment}
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce", "at_hash")]
    key = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    if key in accounts.used:
        raise SignInFailed("This sign-in at your company was used already: sign in again.", "used")
    accounts.used[key] = (moment + 2 * FRESH).isoformat()


def _account(accounts: Accounts, config: Config, claims: Mapping[str, Any]) -> str:
    """The account of the identity; one is made, or changes its role, where a claim says so."""
    identity = claims.get(config.identity_claim)
    if not isinstance(identity, str) or not identity:
        raise SignInFailed(_NO_LINK, "stranger")
    if config.identity_claim == "email" and claims.get("email_verified") is not True:
        raise SignInFailed("Your company's provider has not verified your e-mail address.", "unverified")
    linked = [name for name, entry in accounts.users.items() if entry.get("identity") == identity]
    if linked and not accounts.users[linked[0]].get("by_claim"):
        return linked[0]
    role = _claimed_role(config, claims)
    if role is None:
        for name in linked:
            end_sessions(accounts, name)
        raise SignInFailed(_NO_LINK, "stranger")
    if linked:
        accounts.users[linked[0]]["role"] = role
        return linked[0]
    try:
        check_name(identity)
    except UsageError:
        raise SignInFailed(_NO_LINK, "stranger") from None
    if identity in accounts.users or identity == FIRST_USER:
        raise SignInFailed(_NO_LINK, "stranger")
    accounts.users[identity] = {"role": role, "identity": identity, "by_claim": True}
    return identity


def _claimed_role(config: Config, claims: Mapping[str, Any]) -> str | None:
    """The first role of the configuration whose value the claim has."""
    by_claim = config.roles_by_claim
    if by_claim is None:
        return None
    said = claims.get(by_claim.claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return next((role for value, role in by_claim.roles.items() if value in values), None)


def _has_second_factor(config: Config, claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    asked = set(methods) if isinstance(methods, list) else set()
    return bool(asked & set(config.second_factor.amr)) or claims.get("acr") in config.second_factor.acr
