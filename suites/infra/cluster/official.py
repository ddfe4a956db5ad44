"""A cluster through the official client; objects stay plain JSON, as the API server gives them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from suites.infra.cluster.protocol import ClusterError, Executed, Item

_WITHIN = 15.0  # seconds for one answer
# kind → group and version, plural, whether it lives in a namespace
KINDS: dict[str, tuple[str, str, bool]] = {
    "Namespace": ("v1", "namespaces", False),
    "Node": ("v1", "nodes", False),
    "Pod": ("v1", "pods", True),
    "Service": ("v1", "services", True),
    "ConfigMap": ("v1", "configmaps", True),
    "Secret": ("v1", "secrets", True),
    "ServiceAccount": ("v1", "serviceaccounts", True),
    "PersistentVolumeClaim": ("v1", "persistentvolumeclaims", True),
    "Event": ("v1", "events", True),
    "Deployment": ("apps/v1", "deployments", True),
    "StatefulSet": ("apps/v1", "statefulsets", True),
    "DaemonSet": ("apps/v1", "daemonsets", True),
    "Job": ("batch/v1", "jobs", True),
    "HorizontalPodAutoscaler": ("autoscaling/v2", "horizontalpodautoscalers", True),
    "PodDisruptionBudget": ("policy/v1", "poddisruptionbudgets", True),
    "NetworkPolicy": ("networking.k8s.io/v1", "networkpolicies", True),
    "Ingress": ("networking.k8s.io/v1", "ingresses", True),
    "EndpointSlice": ("discovery.k8s.io/v1", "endpointslices", True),
    "Role": ("rbac.authorization.k8s.io/v1", "roles", True),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", "rolebindings", True),
}
_NOT_JUDGED = ("Node", "Event", "Namespace")


class OfficialCluster:
    """Implements `Cluster`. Usable from several threads.

    Args:
        kubeconfig: file with the address and the keys of the cluster.
        context: one of the file's contexts; empty for its current one.
    """

    def __init__(self, kubeconfig: Path, context: str = "") -> None:
        from kubernetes import client, config

        self._settings = client.Configuration()
        try:
            load = cast("Callable[..., None]", config.load_kube_config)
            load(str(kubeconfig), context=context or None, client_configuration=self._settings)
        except (config.ConfigException, OSError) as error:
            raise ClusterError(f"the kubeconfig cannot be used: {error}") from error
        self._settings.retries = False
        self._settings.proxy = None
        self._client = client.ApiClient(self._settings)

    def objects(self, namespace: str) -> list[Item]:
        """Everything that is judged. A Secret's values are replaced before anybody sees them."""
        found = [self.get("Namespace", "", namespace)]
        for kind, (_, _, inside) in KINDS.items():
            if inside and kind not in _NOT_JUDGED:
                found += self.list(kind, namespace)
        return [_without_values(one) if one["kind"] == "Secret" else one for one in found]

    def get(self, kind: str, namespace: str, name: str) -> Item:
        """One object."""
        return self._complete(kind, self._call("GET", f"{_folder(kind, namespace)}/{name}"))

    def list(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> list[Item]:
        """Objects of a kind."""
        query = {"labelSelector": ",".join(f"{k}={v}" for k, v in labels.items())} if labels else {}
        answer = self._call("GET", _folder(kind, namespace), query=query)
        return [self._complete(kind, one) for one in answer.get("items") or []]

    def create(self, item: Item) -> None:
        """Creates an object."""
        self._call("POST", _folder(item["kind"], item["metadata"].get("namespace", "")), body=item)

    def patch(self, kind: str, namespace: str, name: str, change: Item) -> None:
        """A JSON merge patch."""
        self._call("PATCH", f"{_folder(kind, namespace)}/{name}", body=change, content="application/merge-patch+json")

    def delete(self, kind: str, namespace: str, name: str, grace: int | None = None) -> None:
        """Deletes an object; one that is not there is fine."""
        query = {} if grace is None else {"gracePeriodSeconds": str(grace)}
        try:
            self._call("DELETE", f"{_folder(kind, namespace)}/{name}", query=query)
        except ClusterError as error:
            if error.status != 404:
                raise

    def evict(self, namespace: str, pod: str, *, dry_run: bool = False) -> None:
        """By the eviction API, which knows the disruption budgets."""
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
            "deleteOptions": {"dryRun": ["All"]} if dry_run else {},
        }
        self._call("POST", f"{_folder('Pod', namespace)}/{pod}/eviction", body=body,
                   query={"dryRun": "All"} if dry_run else {})  # fmt: skip

    def execute(self, namespace: str, pod: str, argv: Sequence[str], timeout: float) -> Executed:
        """Runs a command in the pod's first container, by a connection of its own."""
        from kubernetes import client
        from kubernetes.client.exceptions import ApiException
        from kubernetes.stream import stream

        # a client of its own: stream() changes the client that it is given while it connects
        with client.ApiClient(self._settings) as own:
            try:
                wire = stream(
                    client.CoreV1Api(own).connect_get_namespaced_pod_exec, pod, namespace, command=list(argv),
                    stdin=False, stdout=True, stderr=True, tty=False, _preload_content=False, _request_timeout=timeout,
                )  # fmt: skip
                wire.run_forever(timeout=timeout)
                code = -1 if wire.is_open() else wire.returncode
                output, errors = wire.read_stdout(timeout=0), wire.read_stderr(timeout=0)
                wire.close()
            except (ApiException, OSError, ValueError) as error:
                reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
                raise ClusterError(f"no command can be run in pod {pod}: {reason[0]}") from error
        return Executed(-1 if code is None else code, output or "", errors or "")

    def _complete(self, kind: str, one: Item) -> Item:
        """Elements of a list say neither apiVersion nor kind."""
        return {**one, "apiVersion": KINDS[kind][0], "kind": kind}

    def _call(
        self, method: str, path: str, *, body: Item | None = None, query: Mapping[str, str] | None = None,
        content: str = "application/json",
    ) -> Item:  # fmt: skip
        from urllib3.exceptions import HTTPError

        headers = {"Accept": "application/json", "Content-Type": content}
        try:
            request = self._client.param_serialize(
                method, path, query_params=list((query or {}).items()), header_params=headers, body=body,
                auth_settings=["BearerToken"],
            )  # fmt: skip
            answer: Any = self._client.call_api(*request, _request_timeout=_WITHIN)
            text = bytes(answer.read() or b"").decode(errors="replace")
        except (HTTPError, OSError) as error:
            raise ClusterError(f"the API server of the cluster does not answer: {error}") from error
        parsed: Any = {}
        try:
            parsed = json.loads(text or "{}")
        except ValueError:
            parsed = {"message": text.strip()[:300]}
        if answer.status >= 300:
            raise ClusterError(f"{method} {path}: {answer.status} {parsed.get('message', '')}", answer.status)
        return dict(parsed)


def _folder(kind: str, namespace: str) -> str:
    group, plural, inside = KINDS[kind]
    root = f"/api/{group}" if "/" not in group else f"/apis/{group}"
    return f"{root}/namespaces/{namespace}/{plural}" if inside and namespace else f"{root}/{plural}"


def _without_values(secret: Item) -> Item:
    return {**secret, "data": dict.fromkeys(secret.get("data") or {}, "")}
