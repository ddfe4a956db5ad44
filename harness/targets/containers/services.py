"""Starts one service's container and waits until it is ready, as seen from this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from docker.errors import APIError, DockerException
from requests.exceptions import RequestException

from harness.model.errors import TargetError
from harness.model.system import Service
from harness.targets import postgres, valkey
from harness.targets.commands import DEFAULT_READINESS
from harness.targets.containers.addresses import ContainerAddresses
from harness.targets.containers.launch import Launcher
from harness.targets.containers.running import RunningContainer, start
from harness.targets.ports import HOST, answers, holds_connections, port_taken
from harness.targets.readiness import await_end, await_ready, log_of

_ALLOCATED = re.compile(r"port is already allocated|ports are not available", re.IGNORECASE)


class PortTaken(TargetError):
    """Another program took the port of this machine that was meant for a service."""


class ContainerRunner:
    """Runs the services of one attempt to bring a system up."""

    def __init__(self, launcher: Launcher, addresses: ContainerAddresses, logs: Path) -> None:
        self._launcher, self._addresses, self._logs = launcher, addresses, logs

    def run(self, service: Service, started: Callable[[RunningContainer], None]) -> None:
        """Starts a service, tells `started` of it, and returns when it is ready; a job, when it ended well."""
        within = (service.ready or DEFAULT_READINESS).within
        container = self._start(service)
        started(container)
        if service.role == "job":
            await_end(container, within)
        else:
            await_ready(container, self._probe(service, container), within)

    def _start(self, service: Service) -> RunningContainer:
        made = self._launcher.container(service)
        try:
            return start(made, service.name, self._logs / f"{service.name}.log")
        except (DockerException, RequestException) as error:
            made.get_docker_client().client.close()
            why = str(error.explanation) if isinstance(error, APIError) and error.explanation else str(error)
            if port_taken(why) or _ALLOCATED.search(why):
                raise PortTaken(
                    f"service {service.name} did not get its port of this machine: {why}",
                    advice="another program takes ports quickly here; run again",
                ) from error
            raise TargetError(
                f"the container of service {service.name} could not be started: {why}",
                where=self._launcher.image_of(service),
                advice="look at its image and command: is the program in the image?",
            ) from error

    def _probe(self, service: Service, container: RunningContainer) -> Callable[[], bool]:
        port, ready = self._addresses.public_port(service), service.ready or DEFAULT_READINESS
        if service.embedded == "postgresql":
            return lambda: postgres.answers(self._addresses.public_url(service))
        if service.embedded == "valkey":
            return lambda: valkey.is_ready(port, self._addresses.password)
        if ready.http:
            return lambda: answers(f"http://{HOST}:{port}{ready.http}")
        if ready.log:
            wanted = ready.log
            return lambda: wanted in log_of(container)
        # Docker accepts connections before the program behind it listens, and hangs up again at once
        return lambda: holds_connections(HOST, port)
