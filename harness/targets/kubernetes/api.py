"""The API server of a cluster, asked through the official client; objects stay plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.model.errors import TargetError

Object = dict[str, Any]
_MERGE = {"Content-Type": "application/merge-patch+json"}


class ApiError(TargetError):
    """The API server did not answer (`status` 0), or answered with an error."""

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what, advice="`kubectl get nodes` with the kubeconfig of the cluster tells more")
        self.status = status


class Api:
    """One cluster. Every call has a deadline and raises ApiError; usable from several threads."""

    def __init__(self, kubeconfig: Path) -> None:
        # imported here, so that a list of targets does not wait for it
        from kubernetes import client, config

        settings = client.Configuration()
        load: Any = config.load_kube_config
        load(str(kubeconfig), client_configuration=settings)
        settings.retries = False  # its warnings would go to the terminal; who asks decides whether to ask again
        settings.proxy = None  # loopback
        self._client = client.ApiClient(settings)

    def get(self, path: str, within: float = 10.0, **query: str) -> Object:
        """An object or a list."""
        found: Object = json.loads(self.text(path, within, query))
        return found

    def items(self, path: str, within: float = 10.0, **query: str) -> list[Object]:
        """The objects of a list."""
        return list(self.get(path, within, **query).get("items") or [])

    def text(self, path: str, within: float = 10.0, query: Mapping[str, str] | None = None) -> str:
        """An answer as it comes: a log, a metrics page."""
        return self._call("GET", path, within, query)

    def patch(self, path: str, change: Object, within: float = 10.0) -> None:
        """A JSON merge patch."""
        self._call("PATCH", path, within, body=change, headers=_MERGE)

    def put_config_map(self, namespace: str, name: str, data: Mapping[str, str]) -> None:
        """Creates or replaces a ConfigMap."""
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": dict(data)}
        path = f"/api/v1/namespaces/{namespace}/configmaps"
        try:
            self._call("PUT", f"{path}/{name}", body=body)
        except ApiError as error:
            if error.status != 404:
                raise
            self._call("POST", path, body=body)

    def config_map(self, namespace: str, name: str) -> dict[str, str]:
        """The data of a ConfigMap; empty when there is none."""
        try:
            return dict(self.get(f"/api/v1/namespaces/{namespace}/configmaps/{name}").get("data") or {})
        except ApiError as error:
            if error.status != 404:
                raise
            return {}

    def close(self) -> None:
        """Gives the connections back."""
        self._client.rest_client.pool_manager.clear()

    def _call(
        self,
        method: str,
        path: str,
        within: float = 10.0,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        from urllib3.exceptions import HTTPError

        sent = {"Accept": "*/*", "Content-Type": "application/json", **(headers or {})}
        try:
            request = self._client.param_serialize(
                method, path, query_params=list((query or {}).items()), header_params=sent, body=body,
                auth_settings=["BearerToken"],
            )  # fmt: skip
            answer = self._client.call_api(*request, _request_timeout=within)
            read: Any = answer.read
            text = bytes(read() or b"").decode(errors="replace")
        except (HTTPError, OSError) as error:
            raise ApiError(f"the API server of the cluster does not answer: {error}") from error
        if answer.status >= 300:
            raise ApiError(f"{method} {path}: {answer.status} {_message(text)}", answer.status)
        return text


def _message(text: str) -> str:
    try:
        return str(json.loads(text).get("message") or text)
    except (ValueError, AttributeError):
        return text.strip()[:300]
