"""The lines T1 of the launch plan, and the policy, in the files. suites/infra holds live objects against the same."""

from __future__ import annotations

import re

import pytest

from tests.deploy.manifests import OVERLAYS, ROOT, Object, containers, named, of, rendered, settings, templates

pytestmark = pytest.mark.usefixtures("kubectl")

EVERY = pytest.mark.parametrize("overlay", OVERLAYS)


@EVERY
def test_resources(overlay: str) -> None:
    pods = templates(rendered(f"overlays/{overlay}"))
    assert pods["calendar-api"]["spec"]["containers"][0]["resources"] == {
        "requests": {"memory": "512Mi", "cpu": "500m"},
        "limits": {"memory": "2Gi", "cpu": "2000m"},
    }
    assert pods["calendar-worker"]["spec"]["containers"][0]["resources"]["limits"]["memory"] == "4Gi"


@EVERY
def test_scaling(overlay: str) -> None:
    objects = rendered(f"overlays/{overlay}")
    api, worker = (named(objects, "HorizontalPodAutoscaler", f"calendar-{n}")["spec"] for n in ("api", "worker"))
    ends = {"beta": ((2, 4), (1, 2))}.get(overlay, ((2, 10), (1, 5)))
    assert tuple((h["minReplicas"], h["maxReplicas"]) for h in (api, worker)) == ends
    assert api["metrics"][0]["resource"] == {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 70},
    }
    assert worker["metrics"][0]["external"]["metric"] == {"name": "shop_queue_depth"}
    for name in ("calendar-api", "calendar-worker"):
        assert "replicas" not in named(objects, "Deployment", name)["spec"]


@EVERY
def test_rolling_out(overlay: str) -> None:
    objects = rendered(f"overlays/{overlay}")
    for name in ("calendar-api", "calendar-worker"):
        strategy = named(objects, "Deployment", name)["spec"]["strategy"]
        assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert named(objects, "PodDisruptionBudget", "calendar-api")["spec"]["minAvailable"] == 1
    pod = templates(objects)["calendar-api"]["spec"]
    wait = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain = float(settings(objects)["SHOP_DRAIN_DELAY"])
    main = (ROOT / "system_under_test/app/__main__.py").read_text()
    found = re.search(r"^DRAIN_SECONDS = (\d+)$", main, re.MULTILINE)
    assert found
    assert pod["terminationGracePeriodSeconds"] > wait + drain + int(found[1])


@EVERY
def test_worker_has_time_to_finish(overlay: str) -> None:
    main = (ROOT / "system_under_test/worker/__main__.py").read_text()
    found = re.search(r"^STOP_SECONDS = (\d+)$", main, re.MULTILINE)
    assert found
    spec = templates(rendered(f"overlays/{overlay}"))["calendar-worker"]["spec"]
    assert spec["terminationGracePeriodSeconds"] >= int(found[1]) + 10


@pytest.mark.parametrize("folder", ["monitoring", *(f"overlays/{name}" for name in OVERLAYS)])
def test_no_pod_may_more_than_it_must(folder: str) -> None:
    for name, template in templates(rendered(folder)).items():
        spec = template["spec"]
        assert spec["enableServiceLinks"] is False, name
        assert spec["automountServiceAccountToken"] is (folder == "monitoring"), name
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(template):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, f"{name}/{container['name']}"
            assert {"requests", "limits"} <= container["resources"].keys()


@EVERY
def test_nothing_talks_unless_it_is_named(overlay: str) -> None:
    objects = rendered(f"overlays/{overlay}")
    deny = named(objects, "NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for policy in of(objects, "NetworkPolicy"):
        for rule in policy["spec"].get("egress", []):
            assert rule["to"]
            assert rule["ports"], policy["metadata"]["name"]
    assert "4318" not in str(of(objects, "NetworkPolicy")), "no collector of traces yet"


def identity(objects: tuple[Object, ...]) -> tuple[object, ...]:
    (space,) = of(objects, "Namespace")
    hosts = [rule["host"] for ingress in of(objects, "Ingress") for rule in ingress["spec"]["rules"]]
    image = templates(objects)["calendar-api"]["spec"]["containers"][0]["image"]
    most = [h["spec"]["maxReplicas"] for h in of(objects, "HorizontalPodAutoscaler")]
    return space["metadata"]["name"], image, hosts, most


def test_beta_and_production_differ_in_namespace_image_hosts_and_pods() -> None:
    beta, production = (identity(rendered(f"overlays/{name}")) for name in ("beta", "production"))
    assert all(one != other for one, other in zip(beta, production, strict=True))
    assert beta[2] == ["calendar-beta.villagecompute.example"]
    assert production[2] == ["calendar.villagecompute.example"]


@EVERY
def test_one_release_in_all_pods_and_never_latest(overlay: str) -> None:
    pods = templates(rendered(f"overlays/{overlay}"))
    images = {c["image"] for n in ("calendar-api", "calendar-worker") for c in containers(pods[n])}
    images.add(pods["calendar-migrate"]["spec"]["containers"][0]["image"])
    assert len(images) == 1
    for template in pods.values():
        for container in containers(template):
            tag = container["image"].rpartition("/")[2].partition(":")[2]
            assert tag not in ("", "latest")
    doubles = [n for n in pods if n in ("google", "stripe", "mail", "storage", "database", "queue")]
    assert len(doubles) == (6 if overlay == "kind" else 0)
