"""An environment that runs already: where it answers, and what may act on it."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from harness.model.base import Frozen
from harness.model.scenario import Identifier

# {env:NAME}: a secret part of an address comes from the environment of whoever runs, never from a file
FROM_ENVIRONMENT = re.compile(r"\{env:([A-Z][A-Z0-9_]*)\}")


def _is_network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"'{text}' is no network such as 203.0.113.0/24") from error
    return text


def _has_scheme(url: str) -> str:
    if "://" not in url and not FROM_ENVIRONMENT.match(url):
        raise ValueError(f"'{url}' is no URL")
    return url


class Environment(Frozen):
    """`deploy/environments/NAME.yaml` (`kind: Environment`), for the remote target.

    A scenario acts on it only when its suite is one of `suites`, and on addresses of `hosts` alone; production must be
    named by the scenario's own guard besides.
    """

    name: Identifier
    title: str
    endpoints: dict[Identifier, Annotated[str, AfterValidator(_has_scheme)]] = Field(
        min_length=1, description="name → URL, as in the system's description; {env:NAME} is filled in"
    )
    hosts: list[Annotated[str, AfterValidator(_is_network)]] = Field(
        min_length=1, description="networks of the addresses that belong to it"
    )
    suites: list[Identifier] = Field(min_length=1, description="suites that may act on it")
