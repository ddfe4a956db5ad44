"""Every rule is green on what ships and red when one thing is changed; what it changes turns no other rule red."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from suites.infra.objects import Objects
from suites.infra.rules import RULES
from suites.infra.rules.base import Rule, applicable, apply
from suites.infra.rules.configuration import SECRET_TEMPLATE

Items = list[dict[str, Any]]
Change = Callable[[Items], None]
STATIC = list(applicable(RULES, "static"))


def find(items: Items, kind: str, name: str) -> Any:
    """One object; a generated name is found by its beginning."""
    return next(i for i in items if i["kind"] == kind and i["metadata"]["name"].startswith(name))


def pod(items: Items, name: str = "calendar-api", kind: str = "Deployment") -> Any:
    return find(items, kind, name)["spec"]["template"]["spec"]


def main(items: Items, name: str = "calendar-api") -> Any:
    return pod(items, name)["containers"][0]


def policy(items: Items, name: str) -> Any:
    return find(items, "NetworkPolicy", name)["spec"]


def without(kind: str, name: str) -> Change:
    def change(items: Items) -> None:
        items.remove(find(items, kind, name))

    return change


def setting(path: str, value: Any, get: Callable[[Items], Any] = main) -> Change:
    """Sets a dotted path below what `get` finds; None takes it away."""

    def change(items: Items) -> None:
        *way, last = path.split(".")
        here = get(items)
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if isinstance(here, list):
            here[int(last)] = value
        elif value is None:
            here.pop(last)
        else:
            here[last] = value

    return change


def deployment(name: str = "calendar-api") -> Callable[[Items], Any]:
    return lambda items: find(items, "Deployment", name)


def scaler(name: str) -> Callable[[Items], Any]:
    return lambda items: find(items, "HorizontalPodAutoscaler", name)


# rule → changes that must turn it red, each with the rules that it rightly turns red as well
CHANGES: list[tuple[str, str, Change, set[str]]] = [
    ("resources.api", "kind", setting("resources.requests.cpu", "250m"), set()),
    ("resources.api", "production", setting("resources.limits.memory", "3Gi"), set()),
    ("resources.api", "beta", without("Deployment", "calendar-api"), {
        "network.services", "rollout.drain"}),
    ("resources.worker", "production", setting("resources.limits.memory", "2Gi", lambda i: main(i, "calendar-worker")),
     set()),
    ("resources.bounded", "kind", setting("resources.limits", None, lambda i: main(i, "mail")), set()),
    ("resources.bounded", "kind", setting("resources.requests.memory", "9Gi", lambda i: main(i, "mail")), set()),
    ("resources.scratch", "kind", setting("volumes", [{"name": "tmp", "emptyDir": {}}], pod), set()),
    ("scaling.api", "kind", setting("spec.maxReplicas", 4, scaler("calendar-api")), set()),
    ("scaling.api", "kind", setting("spec.metrics.0.resource.target.averageUtilization", 90, scaler("calendar-api")),
     set()),
    ("scaling.worker", "kind", setting("spec.metrics.0.external.metric.name", "cpu", scaler("calendar-worker")), set()),
    ("scaling.worker", "beta", setting("spec.maxReplicas", 1, scaler("calendar-worker")), set()),
    ("scaling.worker", "kind", setting("spec.minReplicas", 2, scaler("calendar-worker")), set()),
    ("scaling.owner", "production", setting("spec.replicas", 3, deployment()), set()),
    ("configuration.settings", "beta", setting("data.SHOP_STORAGE_BUCKET", None,
                                               lambda i: find(i, "ConfigMap", "shop-settings")), set()),
    ("configuration.references", "kind", without("ConfigMap", "public-addresses"), set()),
    ("configuration.references", "kind", setting("env.0", {
        "name": "HOST", "valueFrom": {"configMapKeyRef": {"name": "shop-settings", "key": "NOWHERE"}}}), set()),
    ("configuration.no-secret-in-settings", "kind", setting("env.0", {"name": "SHOP_LINK_SECRET", "value": "abc"}),
     set()),
    ("configuration.no-secret-in-settings", "production",
     setting("data.SHOP_DATABASE_URL", "postgresql://shop:letmein@db/shop",
             lambda i: find(i, "ConfigMap", "shop-settings")), set()),
    ("configuration.secret-template", "production", setting("env.0", {
        "name": "NEW", "valueFrom": {"secretKeyRef": {"name": "shop-secrets", "key": "NEW_SECRET"}}}), set()),
    ("configuration.no-real-secret", "production", lambda items: items.append(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop-secrets"}, "data": {}}), set()),
    ("configuration.labels", "kind", setting("metadata.labels", {}, lambda i: find(i, "Service", "calendar-api")),
     set()),
    ("configuration.overlays", "production", setting("spec.rules.0.host", None,
                                                     lambda i: find(i, "Ingress", "")), set()),
    ("network.default-deny", "kind", without("NetworkPolicy", "default-deny"), set()),
    ("network.default-deny", "kind", setting("policyTypes", ["Ingress"], lambda i: policy(i, "default-deny")), set()),
    ("network.egress-named", "kind", setting("egress.0.to", None, lambda i: policy(i, "egress-mail")), set()),
    ("network.egress-named", "kind", setting("egress.0.ports", None, lambda i: policy(i, "egress-mail")), set()),
    ("network.egress-named", "kind", setting("egress.0.to", [{"podSelector": {}}], lambda i: policy(i, "egress-mail")),
     set()),
    ("network.egress-named", "production", setting("egress.0.to", [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
                                                   lambda i: policy(i, "egress-external-apis")), set()),
    ("network.ingress-named", "kind", setting("ingress.0.from", [{"namespaceSelector": {}}],
                                              lambda i: policy(i, "ingress-of-monitoring")), set()),
    ("network.needs", "kind", without("NetworkPolicy", "egress-dns"), set()),
    ("network.needs", "production", without("NetworkPolicy", "egress-database"), set()),
    ("network.database", "kind", setting("ingress.0.from", [{"podSelector": {"matchLabels": {
        "app.kubernetes.io/part-of": "village-calendar"}}}, {"namespaceSelector": {"matchLabels": {"a": "b"}}}],
        lambda i: policy(i, "ingress-to-database")), set()),
    ("network.services", "kind", setting("spec.ports.0.targetPort", "htpp", lambda i: find(i, "Service", "calendar-a")),
     set()),
    ("network.services", "kind", setting("spec.selector", {"app.kubernetes.io/name": "calender-api"},
                                         lambda i: find(i, "Service", "calendar-api")), set()),
    ("rollout.strategy", "production", setting("spec.strategy.rollingUpdate.maxUnavailable", 1, deployment()), set()),
    ("rollout.strategy", "kind", setting("spec.strategy", {"type": "Recreate"}, deployment("calendar-worker")), set()),
    ("rollout.budget", "beta", without("PodDisruptionBudget", "calendar-api"), set()),
    ("rollout.budget", "kind", setting("spec.minAvailable", 2, lambda i: find(i, "PodDisruptionBudget", "calendar-a")),
     set()),
    ("rollout.budget", "kind", setting("spec.minAvailable", "100%",
                                       lambda i: find(i, "PodDisruptionBudget", "calendar-a")), set()),
    ("rollout.budget", "kind", setting("spec.minAvailable", 0, lambda i: find(i, "PodDisruptionBudget", "calendar-a")),
     set()),
    ("rollout.probes", "kind", setting("startupProbe", None), set()),
    ("rollout.probes", "kind", setting("livenessProbe.httpGet.path", "/readyz"), set()),
    ("rollout.probes", "kind", setting("livenessProbe.failureThreshold", 1,
                                       lambda i: main(i, "calendar-worker")), set()),
    ("rollout.drain", "kind", setting("lifecycle", None), set()),
    ("rollout.drain", "production", setting("terminationGracePeriodSeconds", 10, pod), set()),
    ("rollout.spread", "kind", setting("topologySpreadConstraints", None, pod), set()),
    ("rollout.migrations-first", "beta", setting("initContainers", None, pod), set()),
    ("rollout.migrations-first", "kind", without("Job", "calendar-migrate"), set()),
    ("rollout.one-image", "production", setting("image", "village-calendar:0.0.1"), set()),
    ("hardening.non-root", "kind", setting("securityContext.runAsNonRoot", False), set()),
    ("hardening.non-root", "kind", setting("securityContext.runAsUser", 0, lambda i: pod(i, "mail")), set()),
    ("hardening.privileges", "kind", setting("securityContext.allowPrivilegeEscalation", True), set()),
    ("hardening.privileges", "kind", setting("securityContext.capabilities", {"drop": ["ALL"], "add": ["NET_ADMIN"]}),
     set()),
    ("hardening.privileges", "kind", setting("securityContext.privileged", True), set()),
    ("hardening.read-only", "kind", setting("securityContext.readOnlyRootFilesystem", None), set()),
    ("hardening.seccomp", "kind", setting("securityContext.seccompProfile.type", "Unconfined", pod), set()),
    ("hardening.no-token", "kind", setting("automountServiceAccountToken", True, pod), set()),
    ("hardening.service-account", "kind", setting("serviceAccountName", None, pod), set()),
    ("hardening.service-account", "kind", without("ServiceAccount", "calendar-api"), set()),
    ("hardening.service-account", "kind", lambda items: items.append(
        {"kind": "RoleBinding", "metadata": {"name": "more"}, "subjects": [
            {"kind": "ServiceAccount", "name": "calendar-api"}]}), set()),
    ("hardening.host", "kind", setting("hostNetwork", True, pod), set()),
    ("hardening.host", "kind", lambda items: pod(items)["volumes"].append(
        {"name": "node", "hostPath": {"path": "/"}}), set()),
    ("hardening.namespace", "kind", setting("metadata.labels", {}, lambda i: find(i, "Namespace", "")), set()),
    ("hardening.images", "kind", setting("image", "postgres:latest", lambda i: pod(
        i, "database", "StatefulSet")["containers"][0]), set()),
    ("hardening.images", "kind", setting("image", "registry.example:5000/mail", lambda i: main(i, "mail")), set()),
]  # fmt: skip


def red(places: list[Objects]) -> set[str]:
    """Rules that are not green."""
    found = [apply(one, places) for one in STATIC]
    return {one.rule.id for one in found if one.breaches or one.unknown}


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.id)
def test_what_ships_is_green(rule: Rule, places: list[Objects]) -> None:
    outcome = apply(rule, places)
    assert not outcome.crash
    assert outcome.breaches == []
    assert outcome.unknown == ""


@pytest.mark.parametrize(
    ("rule", "place", "change", "also"), CHANGES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CHANGES)]
)
def test_one_change_turns_exactly_that_rule_red(
    rule: str, place: str, change: Change, also: set[str], rendered: dict[str, Items]
) -> None:
    changed = {**rendered, place: copy.deepcopy(rendered[place])}
    change(changed[place])
    places = [Objects(name, changed[name], changed) for name in changed if name != SECRET_TEMPLATE]
    assert red(places) == {rule} | also


def test_every_static_rule_has_a_change_that_turns_it_red() -> None:
    assert {change[0] for change in CHANGES} == {rule.id for rule in STATIC}


def test_the_template_must_hold_placeholders(rendered: dict[str, Items]) -> None:
    changed = {**rendered, SECRET_TEMPLATE: copy.deepcopy(rendered[SECRET_TEMPLATE])}
    changed[SECRET_TEMPLATE][0]["stringData"]["SHOP_LINK_SECRET"] = "0f8a4c1e7d"  # noqa: S105
    assert red([Objects("kind", changed["kind"], changed)]) >= {"configuration.secret-template"}


def test_a_rule_that_finds_nothing_has_said_nothing(places: list[Objects]) -> None:
    empty = Objects("beta", [{"kind": "Namespace", "metadata": {"name": "empty"}}])
    for rule in STATIC:
        outcome = apply(rule, [places[0], empty])
        assert outcome.breaches or outcome.unknown or not rule.everywhere, rule.id


def test_a_rule_that_breaks_is_no_pass() -> None:
    (api,) = [rule for rule in STATIC if rule.id == "hardening.namespace"]
    outcome = apply(api, [Objects("kind", [{"kind": "Namespace", "metadata": {"name": "x", "labels": ["no map"]}}])])
    assert outcome.unknown
