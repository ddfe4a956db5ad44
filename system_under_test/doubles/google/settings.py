"""Settings of the double, from ``DOUBLE_GOOGLE_*`` variables; the command line wins over them."""

import re
import sys
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "DOUBLE_GOOGLE_"
# Without characters that HTTP Basic clients encode differently.
_TOKEN = r"^[A-Za-z0-9._~-]{1,200}$"  # noqa: S105 - a pattern, not a secret


class DoubleSettings(BaseSettings):
    """What the double needs to know: where it listens, what it calls itself, its one client."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", hide_input_in_errors=True)

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(ge=1, le=65535)
    issuer: str = ""
    public_url: str = ""
    client_id: str = Field(default="village-calendar.apps.example", pattern=_TOKEN)
    client_secret: str = Field(default="double-client-secret", pattern=_TOKEN)
    redirect_uris: Annotated[tuple[str, ...], NoDecode] = ("http://127.0.0.1:8000/auth/google/callback",)

    @field_validator("issuer", "public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        value = value.removesuffix("/")
        if value and not _is_origin(value):
            raise ValueError("must be http:// or https:// with a host and perhaps a port, and no path")
        return value

    @field_validator("redirect_uris", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(re.split(r"[\s,]+", value.strip())) if isinstance(value, str) else value

    @field_validator("redirect_uris")
    @classmethod
    def _absolute(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for uri in value:
            parts = urlsplit(uri)
            if parts.scheme not in ("http", "https") or not parts.hostname or "#" in uri:
                raise ValueError("each must be a http:// or https:// URL without fragment")
        if not value:
            raise ValueError("at least one is needed")
        return value

    @property
    def issuer_url(self) -> str:
        """The ``iss`` claim and the beginning of every endpoint that programs call."""
        if self.issuer:
            return self.issuer
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host and host[0] != "[" else f"http://{host}:{self.port}"

    @property
    def browser_url(self) -> str:
        """The beginning of what browsers load: the sign-in page."""
        return self.public_url or self.issuer_url


def _is_origin(value: str) -> bool:
    parts = urlsplit(value)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and value == f"{parts.scheme}://{parts.netloc}"
    )


def load(given: dict[str, Any]) -> DoubleSettings:
    """Return the settings; end the process with status 2 and one sentence when they are wrong.

    ``given`` is the command line: it wins over the environment, ``None`` is "not given".
    """
    try:
        return DoubleSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problems = []
        for item in error.errors(include_input=False, include_url=False):
            variable = PREFIX + str(item["loc"][0]).upper()
            message = "is missing" if item["type"] == "missing" else item["msg"].removeprefix("Value error, ")
            problems.append(f"{variable} {message}")
        print("The Google double cannot start: " + "; ".join(problems) + ".", file=sys.stderr)
        raise SystemExit(2) from None
