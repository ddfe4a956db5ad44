"""What is to be applied: kustomizations, rendered by kubectl."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.model.errors import TargetError
from harness.model.system import Cluster
from harness.targets.kubernetes.api import Object
from harness.targets.kubernetes.programs import CommandFailed, output_of
from harness.targets.placeholders import fill
from harness.targets.ports import HOST

_RENDER_WITHIN = 60.0
_FIRST = ("Namespace", "CustomResourceDefinition", "PriorityClass", "StorageClass")  # others are refused without them


@dataclass(frozen=True)
class Key:
    """What an object is known by."""

    version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.version}|{self.kind}|{self.namespace}|{self.name}"

    def reference(self) -> Object:
        """An object that says no more than which one is meant."""
        place = {"namespace": self.namespace} if self.namespace else {}
        return {"apiVersion": self.version, "kind": self.kind, "metadata": {"name": self.name, **place}}


@dataclass(frozen=True)
class Rendered:
    """Manifests in the order in which they can be applied."""

    text: str
    objects: dict[Key, Object]

    @property
    def digests(self) -> dict[str, str]:
        """Key → digest of the object."""
        return {str(key): _digest(json.dumps(found, sort_keys=True)) for key, found in self.objects.items()}

    @property
    def digest(self) -> str:
        """Of everything."""
        return _digest(self.text)

    def pod_specs(self) -> list[Object]:
        """Of every workload in it."""
        return [spec for spec in map(_pod_spec, self.objects.values()) if spec]


def render(*folders: Path) -> Rendered:
    """Renders kustomizations and puts them together. Raises TargetError that says what kubectl said."""
    texts = [text for folder in folders for text in kustomize(folder).split("\n---\n") if text.strip()]
    pairs = [(text, _load(text)) for text in texts]
    pairs.sort(key=lambda pair: pair[1]["kind"] not in _FIRST)
    objects = {_key(found): found for _, found in pairs}
    return Rendered("\n---\n".join(text.strip("\n") for text, _ in pairs) + "\n", objects)


def write_overlay(
    cluster: Cluster, sources: Path, into: Path, images: Mapping[str, str], ports: Mapping[int, int]
) -> Path:
    """A kustomization over the system's own one: with these images (name → reference), and with these addresses."""
    into.mkdir(parents=True, exist_ok=True)
    base = os.path.relpath((sources / cluster.overlay).resolve(), into.resolve())
    document: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [base],
        "images": [_image(name, reference) for name, reference in images.items()],
    }
    if cluster.addresses is not None:
        known = public_urls(cluster, ports)
        where = f"cluster.addresses.{cluster.addresses.configmap}"
        literals = [f"{key}={fill(text, known, where)}" for key, text in cluster.addresses.values.items()]
        document["configMapGenerator"] = [
            {
                "name": cluster.addresses.configmap,
                "namespace": cluster.namespace,
                "behavior": "merge",
                "literals": literals,
            }
        ]
    (into / "kustomization.yaml").write_text(json.dumps(document, indent=1))
    return into


def public_urls(cluster: Cluster, ports: Mapping[int, int]) -> dict[str, str]:
    """`api.public_url` → how it is reached from outside the cluster."""
    return {
        f"{w.service}.public_url": w.url.replace("{address}", f"{HOST}:{ports[w.node_port]}")
        for w in cluster.workloads
        if w.node_port is not None
    }


def _image(name: str, reference: str) -> dict[str, str]:
    new_name, _, tag = reference.rpartition(":")
    return {"name": name, "newName": new_name, "newTag": tag}


def kustomize(folder: Path) -> str:
    """What kubectl makes of a kustomization. Raises TargetError with what it said."""
    try:
        return output_of(["kubectl", "kustomize", str(folder)], within=_RENDER_WITHIN)
    except CommandFailed as error:
        raise TargetError(
            f"a kustomization cannot be rendered:\n{error.said}",
            where=str(folder),
            advice=f"try `kubectl kustomize {folder}`",
        ) from error


def _key(found: Object) -> Key:
    metadata = found["metadata"]
    return Key(found["apiVersion"], found["kind"], metadata.get("namespace", ""), metadata["name"])


def _pod_spec(found: Object) -> Object:
    spec = found.get("spec") or {}
    if found["kind"] == "Pod":
        return dict(spec)
    if found["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec.get("template") if isinstance(spec, dict) else None
    return dict((template or {}).get("spec") or {})


def _load(text: str) -> Object:
    """By libyaml where it is there, which is ten times as quick; the client of Kubernetes brings PyYAML."""
    import yaml  # type: ignore[import-untyped]

    found: Object = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both are safe
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
