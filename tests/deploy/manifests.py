"""Reads what the overlays render to; each overlay is rendered once."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OVERLAYS = ("kind", "beta", "production")
FOLDERS = ("base", "monitoring", "kind/addons", "kind/monitoring", *(f"overlays/{name}" for name in OVERLAYS))
NAME = "app.kubernetes.io/name"

Object = dict[str, Any]


def documents(text: str) -> list[Object]:
    return [one for one in YAML(typ="safe", pure=True).load_all(text) if one]


@functools.cache
def rendered(folder: str) -> tuple[Object, ...]:
    done = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, f"kustomize warns: {done.stderr}"
    return tuple(documents(done.stdout))


def of(objects: tuple[Object, ...], *kinds: str) -> list[Object]:
    return [one for one in objects if one["kind"] in kinds]


def named(objects: tuple[Object, ...], kind: str, name: str) -> Object:
    found = [one for one in of(objects, kind) if one["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} objects {kind} {name}"
    return found[0]


def templates(objects: tuple[Object, ...]) -> dict[str, Object]:
    """The pod template of each workload, by the workload's name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]
        for one in of(objects, "Deployment", "StatefulSet", "Job", "DaemonSet")
    }


def containers(template: Object) -> list[Object]:
    spec = template["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def settings(objects: tuple[Object, ...], name: str = "shop-settings") -> dict[str, str]:
    """What the ConfigMap ``name`` holds, with the hash that kustomize adds to its name."""
    found = [one for one in of(objects, "ConfigMap") if one["metadata"]["name"].startswith(f"{name}-")]
    assert len(found) == 1
    return dict(found[0]["data"])


def selected(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a label selector takes ``labels``; the operators of this project: In."""
    exact = selector.get("matchLabels", {})
    some = selector.get("matchExpressions", [])
    assert all(one["operator"] == "In" for one in some)
    return all(labels.get(key) == value for key, value in exact.items()) and all(
        labels.get(one["key"]) in one["values"] for one in some
    )


def references(template: Object) -> Iterator[tuple[str, str, str | None]]:
    """(kind, name, key) of each ConfigMap and Secret that a pod names; key None means the whole."""
    for container in containers(template):
        for source in container.get("envFrom", []):
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if field in source:
                    yield kind, source[field]["name"], None
        for variable in container.get("env", []):
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                if ref := variable.get("valueFrom", {}).get(field):
                    yield kind, ref["name"], ref["key"]
    for volume in template["spec"].get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"], None
