"""One reading of everything that a cluster tells about the system."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from harness.model.system import Cluster, Signal, System, Workload
from harness.targets.kubernetes.api import Api, Object
from harness.targets.kubernetes.watching import Watch
from harness.targets.resources import Reading
from harness.targets.sampling import Sampling
from harness.targets.signals import read_signals

_METRICS_EVERY = 3.0
_WITHIN = 2.0


class Readings(Sampling):
    """Database connections like any target's; CPU, memory and the system's own figures are those of all pods.

    Args:
        database: how the harness reaches the system's database; empty where it has none.
    """

    def __init__(self, api: Api, system: System, cluster: Cluster, watch: Watch, database: str) -> None:
        self._api, self._watch = api, watch
        self._namespace, self._workloads = cluster.namespace, cluster.workloads
        self._seen: dict[str, str] = {}
        self._ask_at = time.monotonic() + _METRICS_EVERY
        super().__init__(self._usage, database, system.telemetry, {})

    def _usage(self) -> list[Reading]:
        """CPU and memory, summed over the pods of a service; only what was not read before.

        metrics-server measures every 15 s or so; an old figure read again would look like a new sample.
        """
        if time.monotonic() < self._ask_at:
            return []
        self._ask_at = time.monotonic() + _METRICS_EVERY
        found = self._api.items(f"/apis/metrics.k8s.io/v1beta1/namespaces/{self._namespace}/pods", _WITHIN)
        usage = {item["metadata"]["name"]: item for item in found}
        readings: list[Reading] = []
        for workload in self._workloads:
            names = [pod["metadata"]["name"] for pod in self._watch.pods(workload.service)]
            mine = [usage[name] for name in names if name in usage]
            newest = max((item["timestamp"] for item in mine), default="")
            if newest and newest != self._seen.get(workload.service):
                self._seen[workload.service] = newest
                labels = {"service": workload.service}
                readings.append(("resource.cpu", labels, total(mine, "cpu")))
                readings.append(("resource.memory", labels, total(mine, "memory")))
        return readings

    def _signals(self) -> list[Reading]:
        if self._telemetry is None:
            return []
        signals = self._telemetry.signals
        figures: dict[int, list[float]] = defaultdict(list)
        for workload in self._workloads:
            for page in self._pages(workload, self._telemetry.path):
                for signal, value in read_signals(page, signals):
                    figures[signals.index(signal)].append(value)
        return [together(signals[index], values) for index, values in sorted(figures.items())]

    def _pages(self, workload: Workload, path: str) -> Iterable[str]:
        """The metrics page of every pod, through the API server: pods are on a network of their own."""
        for pod in self._watch.pods(workload.service) if workload.metrics_port else []:
            place = f"/api/v1/namespaces/{self._namespace}/pods/{pod['metadata']['name']}:{workload.metrics_port}/proxy"
            yield self._api.text(f"{place}{path}", _WITHIN)


def together(signal: Signal, values: list[float]) -> Reading:
    """The figures of several instances as one."""
    return signal.metric, dict(signal.labels), max(values) if signal.across == "max" else sum(values)


def total(items: Iterable[Object], resource: str) -> float:
    """CPU in cores or memory in bytes, over all containers of pods as metrics-server tells them."""
    from kubernetes.utils import quantity

    parse: Any = quantity.parse_quantity
    return float(sum(parse(c["usage"][resource]) for item in items for c in item["containers"]))
