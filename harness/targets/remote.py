"""The remote target: an environment that runs already. Nothing is started, and nothing is ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from harness.model.environment import FROM_ENVIRONMENT, Environment
from harness.model.errors import TargetError
from harness.ports.processes import ProcessSpawner
from harness.ports.target import TargetOrder

CAPABILITIES = frozenset({"http"})
_ANSWERS_WITHIN = 15.0  # seconds


class RemoteTarget:
    """Implements `Target`. Whether it lives is what the scenarios see; its logs and its pods are not ours to read."""

    name = "remote"
    capabilities = CAPABILITIES

    def __init__(self, _spawner: ProcessSpawner) -> None:
        self._environment: Environment | None = None

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        """The environment's endpoints; each that speaks HTTP has answered. Raises TargetError."""
        environment = order.environment
        if environment is None:
            raise TargetError("the remote target needs to know where", advice="name it: --environment beta")
        self._environment = environment
        endpoints = {name: filled(url, name, os.environ) for name, url in environment.endpoints.items()}
        for name, url in endpoints.items():
            if urlsplit(url).scheme in ("http", "https"):
                order.say(f"asking {name} of {environment.name}")
                _must_answer(name, url, environment)
        return endpoints

    def alive(self) -> Sequence[str]:
        """Nothing that is ours runs, so nothing can be missing."""
        return []

    def collect(self, into: Path) -> None:
        """Leaves what the environment's file says, without what was filled in."""
        if self._environment is not None:
            into.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self._environment.model_dump(mode="json"), indent=1)
            (into / "environment.json").write_text(text + "\n", encoding="utf-8")

    def down(self) -> None:
        """Leaves the environment as it is."""


def filled(url: str, name: str, variables: Mapping[str, str]) -> str:
    """The URL with its `{env:NAME}` filled in. Raises TargetError for a variable that is not set."""
    for variable in FROM_ENVIRONMENT.findall(url):
        if not variables.get(variable):
            raise TargetError(f"the address of {name} needs the variable {variable}", advice=f"export {variable}=…")
    return FROM_ENVIRONMENT.sub(lambda found: variables[found[1]], url)


def _must_answer(name: str, url: str, environment: Environment) -> None:
    try:
        httpx.get(url, timeout=_ANSWERS_WITHIN)  # any answer; what it says is the scenarios' business
    except httpx.HTTPError as error:
        shown = f"{urlsplit(url).scheme}://{urlsplit(url).hostname}"
        raise TargetError(
            f"{name} of {environment.name} does not answer: {type(error).__name__} {error}".rstrip(),
            where=shown,
            advice="check that the environment is deployed, and that it can be reached from here",
        ) from error
