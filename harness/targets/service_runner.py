"""Starts one service and waits until it is ready."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from harness.model.system import Service
from harness.ports.processes import Handle, ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets import commands, postgres, valkey
from harness.targets.addresses import Addresses
from harness.targets.commands import DEFAULT_READINESS
from harness.targets.ports import HOST, accepts_connections, answers, held_by_stranger
from harness.targets.readiness import ServiceFailed, await_end, await_ready, log_of


class PortTaken(ServiceFailed):
    """Another program listens on the port that was meant for the service."""


class ServiceRunner:
    """Runs the services of one attempt to bring a system up."""

    def __init__(self, order: TargetOrder, scratch: Path, spawner: ProcessSpawner, addresses: Addresses) -> None:
        self._order, self._scratch, self._spawner, self.addresses = order, scratch, spawner, addresses

    def run(self, service: Service, started: Callable[[Handle], None]) -> None:
        """Starts a service, tells `started` of it, and returns when it is ready; a job, when it ended well."""
        within = (service.ready or DEFAULT_READINESS).within
        port = self.addresses.port(service)
        handle = self._start(service)
        started(handle)
        if service.role == "job":
            await_end(handle, within)
            return
        await_ready(handle, self._probe(service, handle), within)
        if held_by_stranger(port, handle.pids(), self._order.tag):
            raise PortTaken(handle, f"did not get port {port}: another program listens there")
        if service.embedded == "postgresql":
            postgres.create_database(port, self.addresses.database)

    def check(self, service: Service) -> None:
        """Raises TargetError for what cannot work, before anything is started."""
        commands.check(self._order.system, service, self.addresses.values_for(service))

    def _start(self, service: Service) -> Handle:
        log = self._order.logs / f"{service.name}.log"
        if service.embedded:
            kind = postgres.Postgres if service.embedded == "postgresql" else valkey.Valkey
            server = kind(self._spawner, name=service.name, scratch=self._scratch, log=log)
            server.prepare()
            return server.start(self.addresses.port(service))
        return self._spawner.spawn(
            self._argv(service), name=service.name, env=self._env(service), cwd=self._order.sources, log=log
        )

    def _argv(self, service: Service) -> list[str]:
        argv = commands.argv(service, self.addresses.values_for(service))
        return [sys.executable if argv[0] in ("python", "python3") else argv[0], *argv[1:]]

    def _env(self, service: Service) -> dict[str, str]:
        env = commands.environment(self._order.system, service, self.addresses.values_for(service))
        # only the ordered sources, so that a patched copy runs rather than the original it was made from
        return {**env, "PYTHONPATH": os.fspath(self._order.sources)}

    def _probe(self, service: Service, handle: Handle) -> Callable[[], bool]:
        port, ready = self.addresses.port(service), service.ready or DEFAULT_READINESS
        if service.embedded == "postgresql":
            return lambda: postgres.is_ready(port)
        if service.embedded == "valkey":
            return lambda: valkey.is_ready(port)
        if ready.http:
            return lambda: answers(f"http://{HOST}:{port}{ready.http}")
        if ready.log:
            wanted = ready.log
            return lambda: wanted in log_of(handle)
        return lambda: accepts_connections(HOST, port)
