"""ConfigMaps and the template of secrets hold the settings that the shop reads, and the shop would start with them."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from pydantic import SecretStr

from system_under_test.settings import AppSettings, WorkerSettings
from tests.deploy.manifests import (
    DEPLOY,
    OVERLAYS,
    ROOT,
    containers,
    documents,
    named,
    of,
    rendered,
    settings,
    templates,
)

pytestmark = pytest.mark.usefixtures("kubectl")

PARTS = {"DATABASE_PASSWORD", "QUEUE_PASSWORD"}  # of the two URLs
KNOWN = {f"SHOP_{name}".upper() for name in AppSettings.model_fields}
_VARIABLE = re.compile(r"\$\(([A-Z0-9_]+)\)")


def secret_names() -> set[str]:
    return {
        f"SHOP_{name}".upper()
        for name, field in AppSettings.model_fields.items()
        if field.annotation in (SecretStr, SecretStr | None)
    }


def template_values() -> dict[str, str]:
    (found,) = documents((DEPLOY / "base/secret.example.yaml").read_text())
    assert (found["kind"], found["metadata"]["name"]) == ("Secret", "shop-secrets")
    return dict(found["stringData"])


def test_the_template_has_a_placeholder_for_every_secret_and_nothing_else() -> None:
    assert len(secret_names()) >= 10
    assert template_values().keys() == secret_names() | PARTS
    assert set(template_values().values()) <= {"replace-me", ""}


def test_the_template_is_never_applied() -> None:
    for name in ("beta", "production"):
        assert not of(rendered(f"overlays/{name}"), "Secret")
    text = (DEPLOY / "base/kustomization.yaml").read_text()
    assert "secret.example" not in text


def test_kind_has_a_value_for_every_key_of_the_template() -> None:
    secret = named(rendered("overlays/kind"), "Secret", "shop-secrets")
    assert secret["data"].keys() == template_values().keys()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_key_is_a_setting_or_a_part_of_one(overlay: str) -> None:
    objects = rendered(f"overlays/{overlay}")
    used = {
        name
        for template in templates(objects).values()
        for container in containers(template)
        for variable in container.get("env", [])
        for name in _VARIABLE.findall(variable.get("value", ""))
    }
    held = settings(objects)
    strangers = held.keys() - KNOWN - used
    assert not strangers
    assert not held.keys() & secret_names()
    assert {"DATABASE_HOST", "DATABASE_NAME", "QUEUE_HOST", "SHOP_STORAGE_BUCKET"} <= held.keys()


def environment_of(overlay: str, workload: str, secrets: dict[str, str]) -> dict[str, str]:
    """What the main container of ``workload`` finds in its environment."""
    objects = rendered(f"overlays/{overlay}")
    container = templates(objects)[workload]["spec"]["containers"][0]
    found: dict[str, str] = {}
    for source in container["envFrom"]:
        if "configMapRef" in source:
            name = source["configMapRef"]["name"]
            found |= named(objects, "ConfigMap", name)["data"]
        else:
            found |= secrets
    for variable in container.get("env", []):
        if "value" in variable:
            found[variable["name"]] = _VARIABLE.sub(lambda m: found[m[1]], variable["value"])
    return found


def refusal(kind: str, environment: dict[str, str]) -> str:
    """What the shop says when it starts so; empty when it is content."""
    code = f"from system_under_test.settings import {kind}, load_settings; load_settings({kind})"
    kept = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", code], env=kept | environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert bool(done.returncode) == bool(done.stderr)
    return done.stderr


@pytest.mark.parametrize("workload", ["calendar-api", "calendar-worker"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_shop_starts_with_what_the_overlay_gives_it(overlay: str, workload: str) -> None:
    live = "sk_live_" if overlay == "production" else "sk_test_"
    secrets = dict.fromkeys(template_values(), "a" * 40) | {"SHOP_STRIPE_API_KEY": live + "b" * 20}
    kind = (AppSettings if workload == "calendar-api" else WorkerSettings).__name__
    environment = environment_of(overlay, workload, secrets)
    assert refusal(kind, environment) == ""
    assert f":{'a' * 40}@" in environment["SHOP_DATABASE_URL"]
    assert f":{'a' * 40}@" in environment["SHOP_QUEUE_URL"]
    del environment["SHOP_PUBLIC_URL"]
    assert "SHOP_PUBLIC_URL is missing" in refusal(kind, environment)


def test_production_with_unfilled_secrets_does_not_start() -> None:
    said = refusal("AppSettings", environment_of("production", "calendar-api", template_values()))
    for name in ("SHOP_SESSION_SECRET", "SHOP_TOKEN_SECRET", "SHOP_LINK_SECRET", "SHOP_STRIPE_API_KEY"):
        assert name in said
