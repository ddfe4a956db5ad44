"""The containers target: every service in a container of its own, on one private network.

    up:    images built or pulled → containers in order of `needs`, what is independent at the same time → all ready
    down:  applications end in their own time → databases → containers, volumes and the network are removed

What needs Docker alone and runs the images that production would. Only the loopback interface of this machine leads
in. The keeper removes everything by its label when the harness is killed.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException
from testcontainers.core.network import Network

from harness.model.errors import TargetError
from harness.model.observation import Measurement
from harness.model.system import Service
from harness.ports.processes import ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets import commands, docker_engine
from harness.targets.containers import sweep
from harness.targets.containers.addresses import ContainerAddresses
from harness.targets.containers.launch import Launcher
from harness.targets.containers.pull import check_images, pull_missing
from harness.targets.containers.resources import container_readings
from harness.targets.containers.running import RunningContainer
from harness.targets.containers.services import ContainerRunner, PortTaken
from harness.targets.images import build_images
from harness.targets.readiness import describe_exit
from harness.targets.sampling import Sampling
from harness.targets.start_order import start_order
from harness.targets.starting import start_all
from harness.targets.state import leave_state

CAPABILITIES = frozenset({"http", "database", "queue", "storage", "sample", "kill"})
_ATTEMPTS = 3
_UNDO = "containers"


class ContainersTarget:
    """Implements `Target`, `Sampled`, `Killable` and `Timed` of `harness.ports.target`."""

    name = "containers"
    capabilities = CAPABILITIES

    def __init__(self, spawner: ProcessSpawner) -> None:
        self._spawner = spawner
        self._order: TargetOrder | None = None
        self._client: docker.DockerClient | None = None
        self._services: list[Service] = []
        self._running: dict[str, RunningContainer] = {}
        self._stopping = False
        self._sampling: Sampling | None = None
        self._phases: dict[str, float] = {}

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        """Brings the system up. Raises TargetError with the end of the log of what failed; nothing is left then."""
        if self._client is not None:
            raise TargetError("the containers target is up already", advice="take it down first")
        self._order, self._services = order, start_order(order.system.services)
        self._running, self._phases = {}, {}
        check_images(self._services)
        docker_engine.check_here()
        self._client = docker_engine.connect()
        try:
            return self._bring_up(order, self._client)
        except (DockerException, RequestException) as error:
            self.down()
            raise TargetError(
                f"Docker refused: {error}", advice="look at `docker info` and at the daemon's own log"
            ) from error
        except BaseException:
            self.down()
            raise

    def alive(self) -> Sequence[str]:
        """Names of services that should run and do not."""
        return [s.name for s in self._services if s.role != "job" and not self._runs(s.name)]

    def collect(self, into: Path) -> None:
        """Leaves `services.json` and every log in `into`."""
        if self._order is not None:
            faults = self._sampling.faults if self._sampling else {}
            facts = {name: container.facts() for name, container in self._running.items()}
            leave_state(into, self._order.logs, self._services, facts, faults)

    def down(self) -> None:
        """Ends and removes everything. May be called twice, and after a failed `up`."""
        if self._sampling is not None:
            self._sampling.close()
        client, self._client = self._client, None
        if client is None or self._order is None:
            return
        with contextlib.closing(client):
            self._clear(client, self._order.tag)
        self._spawner.settled(_UNDO)

    def kill(self, service: str) -> str:
        """SIGKILLs a service and returns what was hit. Raises TargetError."""
        if service not in self._running:
            known = ", ".join(s.name for s in self._services) or "none, the target is not up"
            raise TargetError(f"there is no service {service} to kill", advice=f"services are: {known}")
        container = self._running[service]
        code = container.poll()
        if code is not None:
            raise TargetError(f"service {service} cannot be killed: it has ended already with {describe_exit(code)}")
        container.kill()
        return f"service {service}: SIGKILL to container {container.id[:12]}"

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        """CPU, memory, database connections and the system's own signals. A fault of one yields nothing for it."""
        return self._sampling.read(scenario, t) if self._sampling else []

    def phases(self) -> Mapping[str, float]:
        """`images` and `containers`: seconds of the last `up`."""
        return self._phases

    def _bring_up(self, order: TargetOrder, client: docker.DockerClient) -> Mapping[str, str]:
        addresses = ContainerAddresses(order.system)
        for service in self._services:
            commands.check(order.system, service, addresses.values_for(service))
        began = time.monotonic()
        images = build_images(order.system, order.project, order.sources, order.say)
        pull_missing(client, self._services, images, order.say)
        self._phases["images"] = time.monotonic() - began
        order.logs.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-I", sweep.__file__, order.tag, docker_engine.address()]
        self._spawner.if_killed(_UNDO, argv)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                began = time.monotonic()
                self._start(order, images, addresses)
                self._phases["containers"] = time.monotonic() - began
                break
            except PortTaken:
                if attempt == _ATTEMPTS:
                    raise
                self._clear(client, order.tag)
                addresses = ContainerAddresses(order.system)
        self._sampling = self._sampler(order, addresses)
        return addresses.endpoints()

    def _start(self, order: TargetOrder, images: Mapping[str, str], addresses: ContainerAddresses) -> None:
        self._stopping = False
        self._running.clear()
        network = Network(docker_network_kw={"driver": "bridge", "labels": {sweep.LABEL: order.tag}})
        network.name = f"launchgate-{order.tag}"
        network.create()
        network._docker.client.close()
        launcher = Launcher(order.system, order.tag, images, network, addresses)
        runner = ContainerRunner(launcher, addresses, order.logs)
        start_all(self._services, lambda service: runner.run(service, self._started), self._stop_services)

    def _sampler(self, order: TargetOrder, addresses: ContainerAddresses) -> Sampling:
        streams = {s.name: self._running[s.name].resources for s in self._services if s.role != "job"}
        database = next((s for s in self._services if s.embedded == "postgresql"), None)
        dsn = addresses.public_url(database, "postgres") if database else ""
        return Sampling(lambda: container_readings(streams), dsn, order.system.telemetry, addresses.endpoints())

    def _started(self, container: RunningContainer) -> None:
        self._running[container.name] = container
        if self._stopping:
            container.kill()

    def _clear(self, client: docker.DockerClient, tag: str) -> None:
        """Ends what runs, keeps its last state, and removes everything that carries the tag."""
        self._stop_services()
        for container in self._running.values():
            container.poll()
        with contextlib.suppress(DockerException, RequestException):
            sweep.sweep(client, tag, pause=0)
        for container in self._running.values():
            container.close()

    def _stop_services(self) -> None:
        """What keeps data ends last. What a thread starts from now on is killed at once."""
        self._stopping = True
        for embedded in (False, True):
            chosen = [s for s in self._services if bool(s.embedded) is embedded and s.name in self._running]
            if chosen:
                with ThreadPoolExecutor(len(chosen)) as threads:
                    list(threads.map(lambda s: self._running[s.name].stop(s.stop_within), chosen))

    def _runs(self, name: str) -> bool:
        container = self._running.get(name)
        return container is not None and container.poll() is None and not container.lost
