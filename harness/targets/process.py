"""The process target: the whole system as child processes of the harness, nothing else needed.

    up:    check everything → start in order of `needs`, what is independent at the same time → all ready
    down:  end in reverse order → sweep up what carries the run's tag → scratch data removed

Another program may take a port between our choosing and our using it; then `up` begins anew with other ports.
The scratch data lies in a temporary folder of the system rather than in `order.workdir`: PostgreSQL must run as an
unprivileged user when the harness is root, and that user may not be able to reach the run folder.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from harness.model.errors import TargetError
from harness.model.observation import Measurement
from harness.model.system import Service
from harness.ports.processes import Handle, ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets import postgres
from harness.targets.addresses import Addresses
from harness.targets.keeper import remove_scratch
from harness.targets.ports import port_taken
from harness.targets.readiness import ServiceFailed, describe_exit
from harness.targets.resources import ProcessResources
from harness.targets.sampling import Sampling
from harness.targets.service_runner import PortTaken, ServiceRunner
from harness.targets.start_order import start_order
from harness.targets.starting import start_all
from harness.targets.state import facts_of, leave_state

CAPABILITIES = frozenset({"http", "database", "queue", "storage", "sample", "kill"})
_ATTEMPTS = 3


class ProcessTarget:
    """Implements `Target`, `Sampled` and `Killable` of `harness.ports.target`."""

    name = "process"
    capabilities = CAPABILITIES

    def __init__(self, spawner: ProcessSpawner) -> None:
        self._spawner = spawner
        self._order: TargetOrder | None = None
        self._services: list[Service] = []
        self._handles: dict[str, Handle] = {}
        self._up = False
        self._stopping = False
        self._scratch: Path | None = None
        self._sampling: Sampling | None = None

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        """Brings the system up. Raises TargetError with the end of the log of what failed; nothing is left then."""
        if self._up:
            raise TargetError("the process target is up already", advice="take it down first")
        self._order, self._services = order, start_order(order.system.services)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._bring_up(order)
            except ServiceFailed as failed:
                self.down()
                taken = isinstance(failed, PortTaken) or port_taken(failed.log_text)
                if not taken or attempt == _ATTEMPTS:
                    raise
            except BaseException:
                self.down()
                raise
        raise AssertionError("unreachable")

    def alive(self) -> Sequence[str]:
        """Names of services that should run and do not."""
        return [s.name for s in self._services if s.role != "job" and not self._runs(s.name)]

    def collect(self, into: Path) -> None:
        """Leaves `services.json` and every log in `into`."""
        if self._order is not None:
            faults = self._sampling.faults if self._sampling else {}
            facts = {name: facts_of(handle) for name, handle in self._handles.items()}
            leave_state(into, self._order.logs, self._services, facts, faults)

    def down(self) -> None:
        """Ends everything, last started first. May be called twice, and after a failed `up`."""
        if self._sampling is not None:
            self._sampling.close()
        if not self._up:
            return
        self._stop_services()
        if self._scratch is not None:
            remove_scratch(self._scratch)
        self._up = False

    def kill(self, service: str) -> str:
        """SIGKILLs a service with all its processes and returns what was hit. Raises TargetError."""
        if service not in self._handles:
            known = ", ".join(s.name for s in self._services) or "none, the target is not up"
            raise TargetError(f"there is no service {service} to kill", advice=f"services are: {known}")
        handle = self._handles[service]
        code = handle.poll()
        if code is not None:
            raise TargetError(f"service {service} cannot be killed: it has ended already with {describe_exit(code)}")
        pids = handle.pids()
        handle.kill()
        return f"service {service}: SIGKILL to process {handle.pid} and {len(pids) - 1} that descend from it"

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        """CPU, memory, database connections and the system's own signals. A fault of one yields nothing for it."""
        return self._sampling.read(scenario, t) if self._sampling else []

    def _bring_up(self, order: TargetOrder) -> Mapping[str, str]:
        self._up, self._stopping = True, False
        self._handles.clear()
        addresses = Addresses(order.system)
        order.logs.mkdir(parents=True, exist_ok=True)
        self._scratch = self._spawner.scratch()
        runner = ServiceRunner(order, self._scratch, self._spawner, addresses)
        for service in self._services:
            runner.check(service)
        start_all(self._services, lambda service: self._start(runner, service), self._stop_services)
        database = next((s for s in self._services if s.embedded == "postgresql"), None)
        self._sampling = Sampling(
            ProcessResources(self._services, self._handles),
            postgres.url(addresses.port(database), "postgres") if database else "",
            order.system.telemetry,
            addresses.endpoints(),
        )
        return addresses.endpoints()

    def _start(self, runner: ServiceRunner, service: Service) -> None:
        try:
            runner.run(service, lambda handle: self._started(service, handle))
        except psycopg.Error as error:
            raise TargetError(f"service {service.name} refused a statement: {error}") from error

    def _started(self, service: Service, handle: Handle) -> None:
        self._handles[service.name] = handle
        if self._stopping:
            handle.kill()

    def _stop_services(self) -> None:
        """Last started first. What a thread starts from now on is killed at once."""
        self._stopping = True
        for service in reversed(self._services):
            handle = self._handles.get(service.name)
            if handle is not None:
                stop_signal = postgres.STOP_SIGNAL if service.embedded == "postgresql" else signal.SIGTERM
                handle.terminate(service.stop_within, stop_signal)

    def _runs(self, name: str) -> bool:
        return name in self._handles and self._handles[name].poll() is None
