"""Starts one service and waits until it is ready."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from harness.model.errors import TargetError
from harness.model.system import Readiness, Service
from harness.ports.processes import Handle, ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets import postgres, valkey
from harness.targets.addresses import Addresses
from harness.targets.placeholders import fill, mentions
from harness.targets.ports import HOST, accepts_connections, held_by_stranger
from harness.targets.readiness import ServiceFailed, await_end, await_ready, log_of

_DEFAULT = Readiness()
_PROBE_TIMEOUT = 2.0


class PortTaken(ServiceFailed):
    """Another program listens on the port that was meant for the service."""


class ServiceRunner:
    """Runs the services of one attempt to bring a system up."""

    def __init__(self, order: TargetOrder, scratch: Path, spawner: ProcessSpawner, addresses: Addresses) -> None:
        self._order, self._scratch, self._spawner, self.addresses = order, scratch, spawner, addresses

    def run(self, service: Service, started: Callable[[Handle], None]) -> None:
        """Starts a service, tells `started` of it, and returns when it is ready; a job, when it ended well."""
        within = (service.ready or _DEFAULT).within
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
        if service.embedded:
            return
        if not service.command:
            raise TargetError(f"service {service.name} has no command", advice="give it one, or `embedded`")
        self._argv(service)
        self._env(service)
        if service.role != "job" and not self._has_sign(service):
            raise TargetError(
                f"nothing tells when service {service.name} is ready",
                advice="add `ready: {http: /path}` or `ready: {log: text}`, or let its command listen on {port}",
            )

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
        values = self.addresses.values_for(service)
        argv = [fill(part, values, f"command of service {service.name}") for part in service.command]
        return [sys.executable if argv[0] in ("python", "python3") else argv[0], *argv[1:]]

    def _env(self, service: Service) -> dict[str, str]:
        values = self.addresses.values_for(service)
        given = {**self._order.system.env, **service.env}
        env = {name: fill(text, values, f"env {name} of service {service.name}") for name, text in given.items()}
        # only the ordered sources, so that a patched copy runs rather than the original it was made from
        return {"PYTHONUNBUFFERED": "1", **env, "PYTHONPATH": os.fspath(self._order.sources)}

    def _has_sign(self, service: Service) -> bool:
        ready = service.ready or _DEFAULT
        own = mentions([*service.command, *service.env.values()])
        return bool(ready.http or ready.log or own & {"port", f"{service.name}.port", f"{service.name}.url"})

    def _probe(self, service: Service, handle: Handle) -> Callable[[], bool]:
        port, ready = self.addresses.port(service), service.ready or _DEFAULT
        if service.embedded == "postgresql":
            return lambda: postgres.is_ready(port)
        if service.embedded == "valkey":
            return lambda: valkey.is_ready(port)
        if ready.http:
            return lambda: _answers(f"http://{HOST}:{port}{ready.http}")
        if ready.log:
            wanted = ready.log
            return lambda: wanted in log_of(handle)
        return lambda: accepts_connections(HOST, port)


def _answers(url: str) -> bool:
    """Whether a GET is answered with 200. A proxy of the environment is none of our business on loopback."""
    try:
        return httpx.get(url, timeout=_PROBE_TIMEOUT, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
