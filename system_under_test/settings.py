"""Settings of the shop, read from environment variables with the prefix ``SHOP_``.

Each process asks for the smallest set it needs: the migration only the database, the worker
no session secret, the web application everything.
"""

import sys
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, DirectoryPath, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    """Where the process runs; doubles and the query console are refused in production."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


def _url_with_scheme(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"must be a URL beginning with {' or '.join(s + '://' for s in schemes)}")
        return value

    return AfterValidator(check)


DatabaseUrl = Annotated[str, _url_with_scheme("postgresql", "postgres")]
QueueUrl = Annotated[str, _url_with_scheme("redis", "rediss")]
HttpUrl = Annotated[str, _url_with_scheme("http", "https")]
STRIPE = "https://api.stripe.com"
GOOGLE = "https://accounts.google.com"
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".test")


def _not_public(url: str) -> str | None:
    """Return why ``url`` cannot be meant for production, or None."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https":
        return "must begin with https:// in production"
    try:
        private = not ip_address(host).is_global
    except ValueError:
        private = "." not in host or host.endswith(_PRIVATE_NAMES)
    return "must not be an address of this machine in production" if private else None


def _in_production(info: ValidationInfo) -> bool:
    return info.data.get("environment") is Environment.PRODUCTION


def _long_enough(value: SecretStr, info: ValidationInfo) -> SecretStr:
    least = 32 if _in_production(info) else 8
    if len(value.get_secret_value()) < least:
        raise ValueError(f"must have at least {least} characters")
    return value


def _networks(value: str) -> str:
    for part in filter(None, (item.strip() for item in value.split(","))):
        try:
            ip_network(part)
        except ValueError:
            raise ValueError("must be networks such as 10.0.0.0/8, separated by commas") from None
    return value


class DatabaseSettings(BaseSettings):
    """What a process needs to reach PostgreSQL.

    ``pool_size`` counts connections per process; timeouts are in seconds.
    """

    model_config = SettingsConfigDict(env_prefix="SHOP_", extra="ignore", hide_input_in_errors=True)

    database_url: DatabaseUrl
    pool_size: int = Field(default=20, ge=1, le=200)
    pool_timeout: float = Field(default=5.0, gt=0, le=60)
    statement_timeout: float = Field(default=5.0, gt=0, le=600)
    lock_timeout: float = Field(default=2.0, gt=0, le=600)


class WorkerSettings(DatabaseSettings):
    """What the worker needs: database, queue, object store, mail, the payment provider.

    ``public_url`` is the shop as customers reach it, ``storage_public_endpoint`` the object store as their
    browsers do. ``stripe_api_base`` and a ``smtp_security`` of "none" are for doubles and refused in production.
    ``release`` is the version that runs, for metrics and traces.
    """

    # First of all, because the rules of the others ask for it.
    environment: Environment
    release: str = Field(default="unreleased", pattern=r"^[A-Za-z0-9._+-]{1,64}$")
    public_url: HttpUrl
    queue_url: QueueUrl
    storage_endpoint: HttpUrl
    storage_bucket: str = Field(default="village-calendar", pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    storage_access_key: SecretStr
    storage_secret_key: SecretStr
    storage_public_endpoint: HttpUrl | None = None
    link_secret: SecretStr
    stripe_api_key: SecretStr
    stripe_api_base: HttpUrl = STRIPE
    smtp_host: str = Field(min_length=1)
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = Field(default="orders@village-calendar.example", pattern=r"^[^@\s]+@[^@\s]+$")
    support_email: str = Field(default="help@village-calendar.example", pattern=r"^[^@\s<>\"']+@[^@\s<>\"']+$")

    @property
    def is_production(self) -> bool:
        """True when the process serves customers."""
        return self.environment is Environment.PRODUCTION

    @property
    def browser_storage_endpoint(self) -> str:
        """The object store as browsers reach it."""
        return self.storage_public_endpoint or self.storage_endpoint

    # Rules of single fields and not of the whole: so everything that is wrong is named in one go.

    @field_validator("public_url", "storage_endpoint", "storage_public_endpoint")
    @classmethod
    def _is_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and _in_production(info) and (why := _not_public(value)):
            raise ValueError(why)
        return value

    @field_validator("link_secret")
    @classmethod
    def _is_long(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        return _long_enough(value, info)

    @field_validator("stripe_api_base")
    @classmethod
    def _is_stripe(cls, value: str, info: ValidationInfo) -> str:
        if _in_production(info) and value != STRIPE:
            raise ValueError("must not be set in production: it names a double")
        return value

    @field_validator("stripe_api_key")
    @classmethod
    def _is_live(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if _in_production(info) and not value.get_secret_value().startswith(("sk_live_", "rk_live_")):
            raise ValueError("must be a live key in production")
        return value

    @field_validator("smtp_security")
    @classmethod
    def _is_encrypted(cls, value: str, info: ValidationInfo) -> str:
        if _in_production(info) and value == "none":
            raise ValueError("must not be none in production")
        return value


class AppSettings(WorkerSettings):
    """What the web application needs: all of the worker's, and what sign-in and webhooks take.

    ``oidc_issuer`` is any OpenID Connect provider with discovery; people whose ID token has the claim
    ``oidc_role_claim`` = "admin" are administrators. ``rate_limits`` off is for load from one address;
    ``trusted_proxies`` are the networks, separated by commas, whose ``X-Forwarded-For`` is believed.
    ``drain_delay`` is how many seconds the process says "not ready" before it stops accepting connections.
    ``docs_dir`` holds the pages of ``/help`` and ``/legal``; None is ``docs`` beside the package.
    """

    session_secret: SecretStr
    token_secret: SecretStr
    token_secret_previous: SecretStr | None = None
    oidc_issuer: HttpUrl = GOOGLE
    oidc_client_id: str = Field(min_length=1)
    oidc_client_secret: SecretStr
    oidc_role_claim: str = "https://village-calendar.example/role"
    stripe_webhook_secret: SecretStr
    rate_limits: bool = True
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    drain_delay: float = Field(default=1.0, ge=0, le=60)
    docs_dir: DirectoryPath | None = None

    @field_validator("session_secret", "token_secret", "token_secret_previous", "stripe_webhook_secret")
    @classmethod
    def _is_long_too(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return value and _long_enough(value, info)

    @field_validator("oidc_issuer")
    @classmethod
    def _is_public_too(cls, value: str, info: ValidationInfo) -> str:
        if _in_production(info) and (why := _not_public(value)):
            raise ValueError(why)
        return value

    @field_validator("rate_limits")
    @classmethod
    def _are_on(cls, value: bool, info: ValidationInfo) -> bool:
        if _in_production(info) and not value:
            raise ValueError("must not be off in production")
        return value


SettingsT = TypeVar("SettingsT", bound=DatabaseSettings)


def explain(error: ValidationError) -> str:
    """Return one readable sentence that names every wrong or missing variable, never its value."""
    problems: list[str] = []
    for item in error.errors(include_input=False, include_url=False):
        message = item["msg"].removeprefix("Value error, ")
        if not item["loc"]:
            problems.append(message)
            continue
        variable = "SHOP_" + str(item["loc"][0]).upper()
        problems.append(f"{variable} is missing" if item["type"] == "missing" else f"{variable}: {message}")
    return "Village Calendar cannot start: " + "; ".join(problems) + "."


def load_settings(kind: type[SettingsT]) -> SettingsT:
    """Read settings of ``kind`` from the environment; end the process with status 2 when they are wrong."""
    try:
        return kind()
    except ValidationError as error:
        print(explain(error), file=sys.stderr)
        raise SystemExit(2) from None
