"""Which nodes need which images: those that may run a pod of them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.targets.kubernetes.api import Object

_KEEPS_OUT = ("NoSchedule", "NoExecute")


def images_by_node(nodes: Iterable[Object], pod_specs: Iterable[Object]) -> dict[str, set[str]]:
    """Node → images. Only selectors and taints count; what else narrows the choice costs a needless image at most."""
    specs = list(pod_specs)
    return {
        node["metadata"]["name"]: {image for spec in specs if may_run(node, spec) for image in images_of(spec)}
        for node in nodes
    }


def may_run(node: Object, spec: Object) -> bool:
    """Whether the node has the labels that a pod asks for, and no taint that it does not bear."""
    labels = node["metadata"].get("labels") or {}
    taints = [t for t in (node.get("spec") or {}).get("taints") or [] if _lasts(t)]
    chosen = all(labels.get(key) == value for key, value in (spec.get("nodeSelector") or {}).items())
    return chosen and all(any(_bears(t, taint) for t in spec.get("tolerations") or []) for taint in taints)


def images_of(spec: Object) -> set[str]:
    """Of all containers of a pod."""
    return {c["image"] for c in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]}


def _lasts(taint: Object) -> bool:
    """A young node has taints that go by themselves: `node.kubernetes.io/not-ready`."""
    return taint["effect"] in _KEEPS_OUT and not taint["key"].startswith("node.kubernetes.io/")


def _bears(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, taint["effect"]):
        return False
    if not toleration.get("key"):
        return bool(toleration.get("operator") == "Exists")
    same_value = toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")
    return bool(toleration["key"] == taint["key"] and same_value)
