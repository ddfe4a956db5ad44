"""Settings of the shop, read from environment variables with the prefix ``SHOP_``.

Each process asks for the smallest set it needs: the migration only the database, the worker
no session secret, the web application everything.
"""

import sys
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
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
    """What the worker needs: database, queue and object store."""

    environment: Environment
    queue_url: QueueUrl
    storage_endpoint: HttpUrl
    storage_bucket: str = Field(default="village-calendar", pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    storage_access_key: SecretStr
    storage_secret_key: SecretStr

    @property
    def is_production(self) -> bool:
        """True when the process serves customers."""
        return self.environment is Environment.PRODUCTION


class AppSettings(WorkerSettings):
    """What the web application needs: all of the worker's, and the secret that signs cookies."""

    session_secret: SecretStr

    @model_validator(mode="after")
    def _secret_is_long_enough(self) -> Self:
        least = 32 if self.is_production else 8
        if len(self.session_secret.get_secret_value()) < least:
            raise ValueError(f"SHOP_SESSION_SECRET must have at least {least} characters")
        return self


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
