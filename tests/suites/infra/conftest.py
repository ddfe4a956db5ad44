"""The overlays that ship, rendered once for all tests of the suite."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from suites.infra.documents import read_objects
from suites.infra.objects import Objects
from suites.infra.rules.configuration import SECRET_TEMPLATE
from tests.support import need_kubectl

ROOT = Path(__file__).parents[3]
OVERLAYS = ("kind", "beta", "production")
Items = list[dict[str, Any]]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Items]:
    """Overlay → its objects, and the secret's template."""
    need_kubectl()
    folder = tmp_path_factory.mktemp("rendered")
    found: dict[str, Items] = {}
    for name in OVERLAYS:
        path = folder / f"{name}.yaml"
        subprocess.run(
            ["kubectl", "kustomize", str(ROOT / "deploy" / "overlays" / name), "--output", str(path)], check=True
        )
        found[name] = read_objects(path)
    return {**found, SECRET_TEMPLATE: read_objects(ROOT / "deploy/base/secret.example.yaml")}


@pytest.fixture
def places(rendered: dict[str, Items]) -> list[Objects]:
    """Every overlay as the rules see it."""
    return [Objects(name, rendered[name], rendered) for name in OVERLAYS]
