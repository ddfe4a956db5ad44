"""One time that a system is up on a cluster: everything between `up` and `down` of the kind target."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from harness.model.errors import TargetError
from harness.model.observation import Measurement
from harness.model.system import Cluster
from harness.ports.processes import ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets.kubernetes import checking, clusters, evidence, keeping, loading, placing
from harness.targets.kubernetes.api import Api
from harness.targets.kubernetes.applying import Applier
from harness.targets.kubernetes.background import in_background
from harness.targets.kubernetes.forwarding import Forward
from harness.targets.kubernetes.keeping import Site
from harness.targets.kubernetes.killing import kill_pod
from harness.targets.kubernetes.reading import Readings
from harness.targets.kubernetes.render import Key, render, write_overlay
from harness.targets.kubernetes.rollout import await_answers, await_rollout
from harness.targets.kubernetes.snapshot import system_daemons
from harness.targets.kubernetes.stopwatch import Stopwatch
from harness.targets.kubernetes.watching import Watch
from harness.targets.ports import HOST

READY_WITHIN = 300.0
ANSWERS_WITHIN = 60.0  # once all pods are ready


class Session:
    """`bring_up` once, `end` as often as one likes.

    Attributes:
        up: whether everything is ready; False again after `end`.
    """

    def __init__(self, spawner: ProcessSpawner, order: TargetOrder) -> None:
        self._spawner, self._order = spawner, order
        self._folder = order.workdir / "kind"
        self._site: Site | None = None
        self._api: Api | None = None
        self._overlay: Path | None = None
        self._forwards: dict[str, Forward] = {}
        self._watch: Watch | None = None
        self._readings: Readings | None = None
        self.up = False

    def bring_up(self, watch: Stopwatch) -> Mapping[str, str]:
        """See `KindTarget.up`; after an error the caller ends the session."""
        order, say = self._order, self._order.say
        for folder in (self._folder, order.logs):
            folder.mkdir(parents=True, exist_ok=True)
        with watch.phase("check"):
            cluster, config = checking.check(order)
        images = in_background(lambda: _build(order))
        with watch.phase("cluster"):
            site = self._site = keeping.obtain(
                self._spawner, config, order.tag, order.keep, self._folder, order.logs, say
            )
            api = self._api = Api(site.kubeconfig)
        with watch.phase("images"):
            references = images.result()
        with watch.phase("render"):
            overlay = render(write_overlay(cluster, order.sources, self._folder / "overlay", references, site.ports))
            addons = render(*(order.sources / addon for addon in cluster.addons))
        with watch.phase("load"):
            loading.load(
                placing.images_by_node(api.items("/api/v1/nodes"), [*addons.pod_specs(), *overlay.pod_specs()]), say
            )
        began = datetime.now(UTC)
        applier = Applier(api, site.kubeconfig, self._folder)
        with watch.phase("addons"):
            if cluster.addons and not applier.has("addons", addons):
                applier.apply("addons", addons)
        with watch.phase("deploy"):
            self._overlay = applier.apply("overlay", overlay)
        with watch.phase("ready"):
            network = system_daemons(api)
            self._await_ready(cluster, site, api, [*network, *addons.objects, *overlay.objects], began)
            applier.finish("addons", addons)
            applier.finish("overlay", overlay)
        if site.stays:
            self._spawner.settled(site.name)
        self.up = True
        return self._endpoints(cluster, site)

    def end(self) -> None:
        """Ends what was started; the cluster is deleted unless it came up and is to be kept."""
        for part in (self._readings, self._watch, *self._forwards.values(), self._api):
            if part is not None:
                part.close()
        self._readings = self._watch = self._api = None
        self._forwards.clear()
        site, was_up, self.up = self._site, self.up, False
        self._site = None
        if site is None:
            return
        if not site.stays or (site.fresh and not was_up):
            clusters.delete(site.name, site.kubeconfig)
            self._spawner.settled(site.name)
        site.release()

    def collect(self, into: Path) -> None:
        """See `KindTarget.collect`."""
        if self._site is not None:
            faults = self._readings.faults if self._readings else {}
            evidence.leave_cluster(into, self._order.system, self._api, self._site.name, faults)
            evidence.leave_manifests(into / "manifests", sorted(self._folder.glob("*.yaml")))
        into.mkdir(parents=True, exist_ok=True)
        if self._order.logs.resolve() != into.resolve():
            for log in sorted(self._order.logs.glob("*.log")):
                shutil.copy2(log, into / log.name)

    def dead(self) -> Sequence[str]:
        """Services that are dead, as the watch saw it last."""
        return self._watch.dead() if self._watch else []

    def kill(self, service: str) -> str:
        """See `KindTarget.kill`."""
        known = [w.service for w in self._cluster().workloads]
        if self._watch is None or service not in known:
            raise TargetError(f"there is no service {service} to kill", advice=f"services are: {', '.join(known)}")
        self._watch.look()
        pods = self._watch.pods(service)
        if not pods:
            raise TargetError(f"service {service} cannot be killed: it has no pod that is ready")
        return kill_pod(service, pods[0])

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        """See `KindTarget.sample`."""
        return self._readings.read(scenario, t) if self._readings else []

    def access(self) -> Mapping[str, str]:
        """See `KindTarget.access`."""
        if self._site is None or self._overlay is None:
            return {}
        return {
            "kubeconfig": str(self._site.kubeconfig),
            "context": self._site.context,
            "namespace": self._cluster().namespace,
            "overlay": str(self._overlay),
            "node_shell": "docker exec",
        }

    def _cluster(self) -> Cluster:
        return checking.cluster_of(self._order.system)

    def _await_ready(self, cluster: Cluster, site: Site, api: Api, keys: Sequence[Key], since: datetime) -> None:
        """One deadline for pods and answers; then what looks after them is started."""
        deadline = time.monotonic() + READY_WITHIN
        await_rollout(api, keys, READY_WITHIN, self._order.say, since)
        self._forwards = {
            w.service: Forward(self._spawner, w, cluster.namespace, site.kubeconfig, self._order.logs)
            for w in cluster.workloads
            if w.forward is not None
        }
        with ThreadPoolExecutor() as threads:
            for opened in [threads.submit(forward.open) for forward in self._forwards.values()]:
                opened.result()
        await_answers(self._readiness_urls(cluster, site), min(deadline, time.monotonic() + ANSWERS_WITHIN))
        self._watch = Watch(api, site.name, cluster.namespace, cluster.workloads)
        self._watch.start()
        self._readings = Readings(api, self._order.system, cluster, self._watch, self._database(cluster, site))

    def _readiness_urls(self, cluster: Cluster, site: Site) -> list[str]:
        urls = self._urls(cluster, site)
        return [
            urls[service.name] + service.ready.http
            for service in self._order.system.services
            if service.ready and service.ready.http and service.name in urls
        ]

    def _urls(self, cluster: Cluster, site: Site) -> dict[str, str]:
        """Service → how the harness reaches it."""
        addresses = {w.service: f"{HOST}:{site.ports[w.node_port]}" for w in cluster.workloads if w.node_port}
        addresses |= {service: forward.address for service, forward in self._forwards.items()}
        return {
            w.service: w.url.replace("{address}", addresses[w.service])
            for w in cluster.workloads
            if w.service in addresses
        }

    def _endpoints(self, cluster: Cluster, site: Site) -> dict[str, str]:
        urls = self._urls(cluster, site)
        return {s.endpoint: urls[s.name] for s in self._order.system.services if s.endpoint and s.name in urls}

    def _database(self, cluster: Cluster, site: Site) -> str:
        urls = self._urls(cluster, site)
        names = (s.name for s in self._order.system.services if s.role == "database")
        return next((urls[name] for name in names if name in urls), "")


def _build(order: TargetOrder) -> dict[str, str]:
    from harness.targets.images import build_images

    return build_images(order.system, order.project, order.sources, order.say)
