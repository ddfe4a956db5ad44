"""Strict validation: what the API server would refuse, or silently drop, is an error with its path."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from suites.infra.schema import UnknownKind, model_of, validate

GOOD: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"any.key/at-all": "x"}},
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "web:1",
                        "imagePullPolicy": "IfNotPresent",
                        "ports": [{"containerPort": 80, "protocol": "TCP"}],
                        "resources": {"limits": {"cpu": 2, "memory": "1Gi"}},
                        "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
                    }
                ]
            },
        },
    },
}
CONTAINER = "spec.template.spec.containers[0]"


def changed(path: str, value: Any) -> dict[str, Any]:
    item = copy.deepcopy(GOOD)
    here: Any = item
    *way, last = path.replace("[0]", ".0").split(".")
    for part in way:
        here = here[0] if part == "0" else here[part]
    if value is None:
        here.pop(last)
    else:
        here[last] = value
    return item


def test_a_good_object_has_no_breach() -> None:
    assert validate("here", GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("spec.replica", 2, "unknown key"),
        ("spec.min_ready_seconds", 2, "unknown key"),
        (f"{CONTAINER}.imagePullPolice", "Always", "unknown key"),
        (f"{CONTAINER}.livenessProbe.httpGet.prot", 1, "unknown key"),
        ("spec.selector", None, "required and missing"),
        (f"{CONTAINER}.name", None, "required and missing"),
        (f"{CONTAINER}.ports[0].containerPort", None, "required and missing"),
        ("spec.replicas", "2", "valid integer"),
        ("spec.paused", "yes", "valid boolean"),
        (f"{CONTAINER}.ports", {"containerPort": 80}, "valid list"),
        ("metadata.labels", {"a": 1}, "valid string"),
        (f"{CONTAINER}.imagePullPolicy", "Sometimes", "must be one of Always, IfNotPresent, Never"),
        (f"{CONTAINER}.ports[0].protocol", "tcp", "must be one of SCTP, TCP, UDP"),
        ("spec.strategy.type", "Rolling", "must be one of Recreate, RollingUpdate"),
        (f"{CONTAINER}.resources.limits", {"memory": "1GB"}, "not a quantity"),
    ],
)
def test_a_bad_object_is_told_with_its_path(path: str, value: Any, says: str) -> None:
    (breach,) = validate("here", changed(path, value))
    assert str(breach).startswith("here: Deployment/web ")
    assert breach.path.startswith(path.rpartition(".")[0] if "labels" not in path else path)
    assert says in breach.message


def test_every_fault_is_told_not_only_the_first() -> None:
    item = changed("spec.replica", 2)
    item["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = "Sometimes"
    assert len(validate("here", item)) == 2


def test_a_name_is_required() -> None:
    assert [b.path for b in validate("here", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})] == [
        "metadata.name"
    ]


@pytest.mark.parametrize(
    ("version", "kind"),
    [("apps/v1", "Deploymint"), ("extensions/v1", "Deployment"), ("apps/v1", "Pod"), ("v1", "PodSpec"), ("", "")],
)
def test_what_no_model_knows_is_not_validated(version: str, kind: str) -> None:
    with pytest.raises(UnknownKind):
        validate("here", {"apiVersion": version, "kind": kind, "metadata": {"name": "x"}})


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("v1", "Namespace"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("apiregistration.k8s.io/v1", "APIService"),
        ("policy/v1", "PodDisruptionBudget"),
    ],
)
def test_kinds_of_every_group_are_found(version: str, kind: str) -> None:
    assert model_of(version, kind).__name__.endswith(kind)


def test_what_ships_is_valid(rendered: dict[str, list[dict[str, Any]]]) -> None:
    for place, items in rendered.items():
        assert [str(breach) for item in items for breach in validate(place, item)] == []
