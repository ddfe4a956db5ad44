"""A pod that does not belong to the shop, in a namespace of its own, and a listener beside it."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from harness.model.errors import SuiteError
from suites.infra.cluster.protocol import Cluster, ClusterError, Item
from suites.infra.objects import NAME_LABEL
from suites.infra.params import LISTENER, STRANGER
from suites.infra.steps.opening import ready

NAMESPACE = "launchgate-stranger"
PORT = 7777
_LIFE = 300  # seconds after which the cluster itself ends the pods, should this process be killed
_PATIENCE = 90.0  # seconds for the namespace and its pods to come
_LISTEN = "import socket; s = socket.create_server(('', {port}), backlog=64)\nwhile True: s.accept()[0].close()"


class Stranger:
    """Context manager: the pods are ready inside it, and the namespace is deleted behind it.

    Args:
        image: with Python inside, already on the nodes.
    """

    def __init__(self, cluster: Cluster, image: str) -> None:
        self._cluster, self._image = cluster, image
        self.listener = ""  # address of the listener's pod

    def __enter__(self) -> Self:
        self._until_gone()  # a killed run may have left one
        try:
            self._cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
            for name in (STRANGER, LISTENER):
                self._cluster.create(_pod(name, self._image))
            self.listener = self._until_ready()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.remove()

    def remove(self) -> None:
        """Deletes the namespace and what is in it; does not wait for the end."""
        for name in (STRANGER, LISTENER):
            self._cluster.delete("Pod", NAMESPACE, name, grace=0)
        self._cluster.delete("Namespace", "", NAMESPACE)

    def _until_gone(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                self._cluster.get("Namespace", "", NAMESPACE)
            except ClusterError as error:
                if error.status == 404:
                    return
                raise
            self.remove()
            time.sleep(1)
        raise SuiteError(f"namespace {NAMESPACE} of an earlier run does not go away")

    def _until_ready(self) -> str:
        """Waits for both pods; the listener's address."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            pods = {p["metadata"]["name"]: p for p in self._cluster.list("Pod", NAMESPACE)}
            if len(pods) == 2 and all(map(ready, pods.values())):
                return str(pods[LISTENER]["status"]["podIP"])
            if time.monotonic() > deadline:
                states = {name: pod.get("status", {}).get("phase") for name, pod in pods.items()}
                raise SuiteError(f"the pods in {NAMESPACE} do not become ready: {states}")
            time.sleep(0.5)


def _pod(name: str, image: str) -> Item:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": {NAME_LABEL: name}},
        "spec": {
            "activeDeadlineSeconds": _LIFE,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "restartPolicy": "Never",
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": name,
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["python", "-c", _LISTEN.format(port=PORT)],
                    "resources": {
                        "requests": {"cpu": "10m", "memory": "32Mi"},
                        "limits": {"cpu": "500m", "memory": "128Mi"},
                    },
                    "readinessProbe": {"tcpSocket": {"port": PORT}, "periodSeconds": 1},
                    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                }
            ],
        },
    }
