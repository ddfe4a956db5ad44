"""What one manifest says of another is true, in every overlay."""

from __future__ import annotations

import re

import pytest

from tests.deploy.manifests import (
    DEPLOY,
    FOLDERS,
    NAME,
    OVERLAYS,
    Object,
    containers,
    documents,
    named,
    of,
    references,
    rendered,
    selected,
    settings,
    templates,
)

pytestmark = pytest.mark.usefixtures("kubectl")

EVERY = pytest.mark.parametrize("folder", [f"overlays/{name}" for name in OVERLAYS])
ELSEWHERE = {"ingress-nginx", "kube-system", "monitoring"}
_VARIABLE = re.compile(r"\$\(([A-Z0-9_]+)\)")


def template_of_secrets() -> Object:
    (found,) = documents((DEPLOY / "base/secret.example.yaml").read_text())
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_renders_without_warning_and_names_nothing_twice(folder: str) -> None:
    objects = rendered(folder)
    names = [(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in objects]
    assert names
    assert len(names) == len(set(names))


@EVERY
def test_everything_is_in_the_overlays_namespace(folder: str) -> None:
    objects = rendered(folder)
    (space,) = of(objects, "Namespace")
    expected = "village-calendar-beta" if folder.endswith("beta") else "village-calendar"
    assert space["metadata"]["name"] == expected
    assert {o["metadata"]["namespace"] for o in objects if o["kind"] != "Namespace"} == {expected}


@pytest.mark.parametrize("folder", ["monitoring", *(f"overlays/{name}" for name in OVERLAYS)])
def test_pods_name_config_and_secrets_that_are_there(folder: str) -> None:
    objects = rendered(folder)
    there = {("ConfigMap", o["metadata"]["name"]): set(o["data"]) for o in of(objects, "ConfigMap")}
    there["Secret", "shop-secrets"] = set(template_of_secrets()["stringData"])
    named_ones = [one for template in templates(objects).values() for one in references(template)]
    assert named_ones
    for kind, name, key in named_ones:
        assert (kind, name) in there
        assert key is None or key in there[kind, name]


@EVERY
def test_every_variable_inside_a_value_has_a_source(folder: str) -> None:
    objects = rendered(folder)
    sources = {("ConfigMap", o["metadata"]["name"]): set(o["data"]) for o in of(objects, "ConfigMap")}
    sources["Secret", "shop-secrets"] = set(template_of_secrets()["stringData"])
    seen = 0
    for template in templates(objects).values():
        for container in containers(template):
            known: set[str] = set()
            for source in container.get("envFrom", []):
                kind = "ConfigMap" if "configMapRef" in source else "Secret"
                known |= sources[kind, next(iter(source.values()))["name"]]
            for variable in container.get("env", []):
                used = set(_VARIABLE.findall(variable.get("value", "")))
                assert used <= known
                seen += len(used)
                known.add(variable["name"])
            for word in (*container.get("command", []), *container.get("args", [])):
                assert set(_VARIABLE.findall(word)) <= known
    assert seen > 20


@EVERY
def test_services_autoscalers_and_budgets_find_their_pods(folder: str) -> None:
    objects = rendered(folder)
    pods = templates(objects)
    for service in of(objects, "Service"):
        if "selector" not in service["spec"]:
            assert service["metadata"]["name"] == "nobody"
            continue
        found = [t for t in pods.values() if selected({"matchLabels": service["spec"]["selector"]}, labels(t))]
        assert len(found) == 1, service["metadata"]["name"]
        ports = {port["name"]: port["containerPort"] for c in containers(found[0]) for port in c.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports.keys()
    for scaler in of(objects, "HorizontalPodAutoscaler"):
        named(objects, "Deployment", scaler["spec"]["scaleTargetRef"]["name"])
    budgets = of(objects, "PodDisruptionBudget")
    assert {b["metadata"]["name"] for b in budgets} == {"calendar-api", "calendar-worker"}
    for budget in budgets:
        assert [n for n, t in pods.items() if selected(budget["spec"]["selector"], labels(t))] == [
            budget["metadata"]["name"]
        ]


@EVERY
def test_network_policies_name_pods_and_ports_that_are_there(folder: str) -> None:
    objects = rendered(folder)
    pods = templates(objects)
    for policy in of(objects, "NetworkPolicy"):
        name, spec = policy["metadata"]["name"], policy["spec"]
        mine = [t for t in pods.values() if selected(spec["podSelector"], labels(t))]
        assert mine, name
        for rule in spec.get("ingress", []):
            assert {p["port"] for p in rule["ports"]} <= open_ports(mine), name
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(direction, []):
                for peer in rule[peers]:
                    if space := peer.get("namespaceSelector"):
                        assert set(space["matchLabels"].values()) <= ELSEWHERE, name
                    elif "podSelector" in peer:
                        found = [t for t in pods.values() if selected(peer["podSelector"], labels(t))]
                        assert found, f"{name}: {peer}"
                        if direction == "egress":
                            assert {p["port"] for p in rule["ports"]} <= open_ports(found), name


def test_the_monitoring_that_policies_let_in_is_the_one_there_is() -> None:
    (policy,) = [p for p in of(rendered("base"), "NetworkPolicy") if p["metadata"]["name"] == "ingress-of-monitoring"]
    (peer,) = policy["spec"]["ingress"][0]["from"]
    objects = rendered("monitoring")
    assert peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] == "monitoring"
    assert any(selected(peer["podSelector"], labels(t)) for t in templates(objects).values())
    rules = settings(objects, "prometheus-adapter")["config.yaml"]
    (scaler,) = [
        h for h in of(rendered("base"), "HorizontalPodAutoscaler") if h["metadata"]["name"] == "calendar-worker"
    ]
    metric = scaler["spec"]["metrics"][0]["external"]["metric"]["name"]
    assert f"as: {metric}" in rules


def test_the_doors_of_the_cluster_are_the_node_ports() -> None:
    (cluster,) = documents((DEPLOY / "kind/cluster.yaml").read_text())
    mapped = cluster["nodes"][0]["extraPortMappings"]
    assert {m["listenAddress"] for m in mapped} == {"127.0.0.1"}
    assert all(m["containerPort"] == m["hostPort"] for m in mapped)
    services = of(rendered("overlays/kind"), "Service")
    ports = {p["nodePort"] for s in services if s["spec"].get("type") == "NodePort" for p in s["spec"]["ports"]}
    assert ports == {m["hostPort"] for m in mapped}
    addresses = settings(rendered("overlays/kind"), "public-addresses").values()
    assert {int(a.rpartition(":")[2]) for a in addresses} < ports
    pods = cluster["networking"]["podSubnet"]
    outside = [
        p["ipBlock"]["except"]
        for policy in of(rendered("overlays/kind"), "NetworkPolicy")
        for rule in policy["spec"].get("ingress", [])
        for p in rule["from"]
        if "ipBlock" in p
    ]
    assert outside
    assert all(one == [pods] for one in outside)


def labels(template: Object) -> dict[str, str]:
    found: dict[str, str] = template["metadata"]["labels"]
    assert found[NAME]
    return found


def open_ports(pods: list[Object]) -> set[int]:
    return {port["containerPort"] for t in pods for c in containers(t) for port in c.get("ports", [])}
