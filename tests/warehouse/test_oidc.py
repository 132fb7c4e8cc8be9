"""What the company's provider says of a person, and which account it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pyotp
import pytest

from warehouse import accounts, audit_log, oidc, second_factor
from warehouse.account_file import read
from warehouse.errors import SignInFailed, UsageError
from warehouse.grants import add_user, close_account, link
from warehouse.oidc import Config, enter, read_config, secrets_toml
from warehouse.sessions import CODE, session, signed_in
from warehouse.settings import Settings
from warehouse.viewer import Viewer

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
PROVIDER = {
    "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
    "client_id": "scorehouse",
    "client_secret": "not for logs",
}
PLAIN = Config.model_validate(PROVIDER)


def config(**more: object) -> Config:
    return Config.model_validate({**PROVIDER, **more})


def claims(number: int = 1, **more: object) -> dict[str, Any]:
    """What a fresh sign-in of Ann says; each number is another sign-in."""
    said = {
        "iss": "https://id.example.org",
        "sub": "a1",
        "iat": int(NOON.timestamp()),
        "nonce": f"n{number}",
        "email": "ann@example.org",
        "email_verified": True,
    }
    return {**said, **more}


def refused(settings: Settings, given: Config, said: Mapping[str, Any], now: dt.datetime = NOON) -> str:
    with pytest.raises(SignInFailed) as failure:
        enter(settings, given, said, now=now)
    return failure.value.why


@pytest.fixture
def ann(settings: Settings) -> Settings:
    """An analyst without password, linked to an e-mail address."""
    add_user(settings, "ann", "analyst", None, identity="ann@example.org")
    return settings


def test_a_linked_identity_enters_as_its_account(ann: Settings) -> None:
    token = enter(ann, PLAIN, claims(), now=NOON)
    assert session(ann, token, now=NOON) == Viewer("ann", "analyst")
    assert [entry.action for entry in audit_log.entries(ann, who="ann")] == ["sign_in"]


def test_without_a_password_the_account_has_no_other_way_in(ann: Settings) -> None:
    for password in ("", "None", "a long password"):
        with pytest.raises(SignInFailed, match="Name or password is wrong"):
            accounts.sign_in(ann, "ann", password)


def test_a_foreign_identity_is_nobody(ann: Settings) -> None:
    assert refused(ann, PLAIN, claims(email="eve@example.org")) == "stranger"
    assert refused(ann, PLAIN, claims(2, email="")) == "stranger"
    assert refused(ann, PLAIN, claims(3, email=["ann@example.org"])) == "stranger"
    assert read(ann).sessions == {}
    assert {entry.details["why"] for entry in audit_log.entries(ann, action="sign_in_failed")} == {"stranger"}


def test_an_account_of_the_same_name_is_not_enough(settings: Settings) -> None:
    add_user(settings, "hr@example.org", "hr", "seven green lamps")
    assert refused(settings, PLAIN, claims(email="hr@example.org")) == "stranger"
    assert refused(settings, config(identity_claim="sub"), claims(2, sub="hr")) == "stranger"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_refused(ann: Settings, verified: object) -> None:
    assert refused(ann, PLAIN, claims(email_verified=verified)) == "unverified"


def test_another_claim_may_name_the_person(settings: Settings) -> None:
    add_user(settings, "ann", "analyst", None, identity="a1")
    token = enter(settings, config(identity_claim="sub"), claims(email_verified=False), now=NOON)
    assert session(settings, token, now=NOON) == Viewer("ann", "analyst")


def test_a_sign_in_counts_once(ann: Settings) -> None:
    accounts.end_session(ann, enter(ann, PLAIN, claims(), now=NOON))
    assert refused(ann, PLAIN, claims()) == "used"
    enter(ann, PLAIN, claims(2), now=NOON)


def test_a_refused_sign_in_is_used_up_as_well(settings: Settings) -> None:
    assert refused(settings, PLAIN, claims()) == "stranger"
    add_user(settings, "ann", "analyst", None, identity="ann@example.org")
    assert refused(settings, PLAIN, claims()) == "used"


@pytest.mark.parametrize("minutes", [-11, 11, 60 * 24 * 30])
def test_an_old_sign_in_is_refused(ann: Settings, minutes: int) -> None:
    assert refused(ann, PLAIN, claims(), NOON + dt.timedelta(minutes=minutes)) == "stale"


@pytest.mark.parametrize("issued", [None, "now", True, 10**12])
def test_a_sign_in_without_a_time_is_refused(ann: Settings, issued: object) -> None:
    assert refused(ann, PLAIN, claims(iat=issued)) == "stale"


def test_a_closed_account_is_nobody(ann: Settings) -> None:
    close_account(ann, "ann", author="operator")
    assert refused(ann, PLAIN, claims()) == "stranger"


def test_an_identity_belongs_to_one_account(ann: Settings) -> None:
    with pytest.raises(UsageError, match="linked to the account ann already"):
        add_user(ann, "ben", "analyst", None, identity="ann@example.org")
    assert "ben" not in read(ann).users


def test_hr_enters_only_where_it_was_linked(settings: Settings) -> None:
    link(settings, "hr", "ann@example.org")
    assert session(settings, enter(settings, PLAIN, claims(), now=NOON), now=NOON) == Viewer("hr", "hr")


BY_GROUP = {
    "roles_by_claim": {"claim": "groups", "roles": {"recruiting": "analyst", "leads": "department_head"}}
}


def test_a_claim_may_make_an_account_and_change_its_role(settings: Settings) -> None:
    given = config(**BY_GROUP)
    token = enter(settings, given, claims(groups=["all", "recruiting"]), now=NOON)
    assert session(settings, token, now=NOON) == Viewer("ann@example.org", "analyst")
    enter(settings, given, claims(2, groups="leads"), now=NOON)
    assert session(settings, token, now=NOON) == Viewer("ann@example.org", "department_head")
    assert refused(settings, given, claims(3, groups=["all"])) == "stranger"
    assert session(settings, token, now=NOON) is None, "who lost the role loses the session"


def test_a_claim_never_changes_an_account_that_somebody_linked(ann: Settings) -> None:
    token = enter(ann, config(**BY_GROUP), claims(groups=["leads"]), now=NOON)
    assert session(ann, token, now=NOON) == Viewer("ann", "analyst")


def test_a_claim_never_takes_an_account_that_is_there(settings: Settings) -> None:
    add_user(settings, "ann@example.org", "hr", "seven green lamps")
    assert refused(settings, config(**BY_GROUP), claims(groups=["leads"])) == "stranger"


@pytest.mark.parametrize("role", ["hr", "candidate", "operator", "boss"])
def test_hr_never_comes_from_a_claim(role: str) -> None:
    with pytest.raises(ValueError, match="cannot come from a claim"):
        config(roles_by_claim={"claim": "groups", "roles": {"x": role}})


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"amr": ["pwd", "otp"]}, True),
        ({"acr": "gold"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "otp"}, False),
    ],
)
def test_the_providers_second_factor_counts_where_it_is_named(
    ann: Settings, said: dict[str, object], counts: bool
) -> None:
    given = config(second_factor={"amr": ["otp", "hwk"], "acr": ["gold"]})
    token = enter(ann, given, claims(**said), now=NOON)
    assert session(ann, token, now=NOON) == Viewer("ann", "analyst", second_factor=counts)


def test_a_local_second_factor_is_asked_for_unless_the_provider_had_one(settings: Settings) -> None:
    link(settings, "hr", "ann@example.org")
    given = config(second_factor={"amr": ["otp"]})
    first = enter(settings, given, claims(), now=NOON)
    begun = second_factor.begin(Viewer("hr", "hr"))
    second_factor.confirm(settings, first, begun.secret, pyotp.TOTP(begun.secret).at(NOON), now=NOON)
    token = enter(settings, given, claims(2), now=NOON)
    found = signed_in(settings, token, now=NOON)
    assert found is not None and found.needs == (CODE,)
    assert session(settings, token, now=NOON) is None
    passed = enter(settings, given, claims(3, amr=["otp"]), now=NOON)
    assert session(settings, passed, now=NOON) == Viewer("hr", "hr", second_factor=True)


GOOD = """
server_metadata_url: https://id.example.org/.well-known/openid-configuration
client_id: scorehouse
client_secret: not for logs
"""


def written(settings: Settings, text: str, mode: int = 0o600) -> Settings:
    path = settings.vault / oidc.FILE_NAME
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return settings


def test_without_a_file_there_is_no_company_sign_in(settings: Settings) -> None:
    assert read_config(settings) is None


def test_the_secret_may_come_from_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(oidc.SECRET_VARIABLE, "from outside")
    found = read_config(written(settings, GOOD))
    assert found is not None and found.client_secret == "from outside"
    assert "from outside" not in repr(found)
    text = secrets_toml(found, 8501)
    assert 'redirect_uri = "http://127.0.0.1:8501/oauth2callback"' in text
    assert secrets_toml(found, 8501) != text, "each start signs its cookies with another key"


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (GOOD, 0o644, "Others can read .*chmod 600"),
        ("- a list", 0o600, "not a YAML mapping|cannot be used"),
        ("{", 0o600, "not a YAML mapping"),
        (GOOD + "color: blue", 0o600, "color: Extra inputs"),
        (GOOD.replace("https://", "http://"), 0o600, "must begin with https://"),
        (GOOD + "redirect_uri: https://x.example.org/", 0o600, "must end with /oauth2callback"),
        (GOOD.replace("client_id: scorehouse", ""), 0o600, "client_id: Field required"),
    ],
)
def test_a_file_that_will_not_do_is_a_sentence_without_the_secret(
    settings: Settings, text: str, mode: int, words: str
) -> None:
    with pytest.raises(UsageError, match=words) as failure:
        read_config(written(settings, text, mode))
    assert "not for logs" not in str(failure.value)


def test_a_file_that_is_named_must_be_there(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(oidc.FILE_VARIABLE, str(settings.home / "none.yml"))
    with pytest.raises(UsageError, match="which does not exist"):
        read_config(settings)
