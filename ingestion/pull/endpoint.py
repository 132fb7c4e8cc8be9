"""How a REST endpoint is asked: who is asking, and how its pages follow one another."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.pull.secret_values import references


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _from_environment(what: str, value: str) -> None:
    if not references(value):
        raise ValueError(
            f"{what} stands in the file itself; put it into an environment variable "
            "and write ${ITS_NAME} here"
        )


class Bearer(_Part):
    """`Authorization: Bearer …`."""

    kind: Literal["bearer"]
    token: str

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        _from_environment("the token", self.token)
        return self


class HeaderKey(_Part):
    """A key in a header of its own."""

    kind: Literal["header"]
    name: str
    value: str

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        _from_environment("the key", self.value)
        return self


class Basic(_Part):
    """User and password; some services take a token for the user and no password."""

    kind: Literal["basic"]
    user: str
    password: str = ""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.password:
            _from_environment("the password", self.password)
        else:
            _from_environment("the user (a token, since there is no password)", self.user)
        return self


class ClientCredentials(_Part):
    """OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

    kind: Literal["oauth2"]
    token_url: str
    client_id: str
    client_secret: str
    scope: str | None = None
    # Where the client names itself: RFC 6749 prefers the header, some services know the body only.
    client_in: Literal["header", "body"] = "header"

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        _from_environment("the client_secret", self.client_secret)
        if not self.token_url.lower().startswith(("https://", "http://", "${")):
            raise ValueError("token_url must begin with https:// or http://")
        return self


Auth = Bearer | HeaderKey | Basic | ClientCredentials


class Paging(_Part):
    """How the next page is found.

    page, offset: a number in `parameter`; cursor: a token found at `next`; next_url: an address found at
    `next`; link: the `Link` header's rel=next (RFC 8288); none: the first answer is all.
    """

    style: Literal["none", "page", "offset", "cursor", "next_url", "link"] = "none"
    parameter: str | None = None
    first: int | None = Field(default=None, ge=0)
    size_parameter: str | None = None
    size: int | None = Field(default=None, gt=0)
    next: str | None = None
    # A yes or no in the answer that says whether there is more.
    more: str | None = None
    # Answers that mean that there are no more pages, e.g. [404].
    end_status: tuple[int, ...] = ()
    max_pages: int = Field(default=100_000, gt=0)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if (self.style in ("cursor", "next_url")) != (self.next is not None):
            raise ValueError(
                "next is the place of the next cursor or address in the answer: "
                "needed for the styles cursor and next_url, and for no other"
            )
        if self.style not in ("page", "offset", "cursor") and self.parameter is not None:
            raise ValueError(f"the style {self.style} takes no parameter")
        if self.style not in ("page", "offset") and self.first is not None:
            raise ValueError(f"the style {self.style} takes no first number")
        if (self.size is None) != (self.size_parameter is None):
            raise ValueError("size and size_parameter belong together")
        return self

    @property
    def sent_as(self) -> str:
        """The parameter that carries the number or token."""
        return self.parameter or self.style

    @property
    def first_number(self) -> int:
        """Pages are counted from 1, offsets from 0, unless the configuration says otherwise."""
        return self.first if self.first is not None else int(self.style == "page")
