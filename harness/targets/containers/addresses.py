"""Where containers listen: by name on their own network, and by a free port of this machine's loopback."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from harness.model.system import Service, System
from harness.targets.ports import HOST, free_ports

MAIN = "port"
EVERYWHERE = "0.0.0.0"  # noqa: S104  inside a container, where nothing else is
FIRST_PORT = 8000
POSTGRES_PORT, VALKEY_PORT = 5432, 6379
SUPERUSER = "postgres"


class ContainerAddresses:
    """Ports of one attempt; the published ones are chosen, and the password made, when this is made."""

    def __init__(self, system: System) -> None:
        self._system = system
        # for this run alone, so that nobody else on this machine is served
        self.password = secrets.token_hex(16)
        names = [(s.name, port) for s in system.services if s.role != "job" for port in (MAIN, *s.ports)]
        self._published = dict(zip(names, free_ports(len(names)), strict=True))

    @property
    def database(self) -> str:
        """Name of the database made for this system."""
        return self._system.name.replace("-", "_").replace(".", "_")

    def published(self, service: Service) -> dict[int, int]:
        """Port of the container → port of this machine; empty for a job."""
        if service.role == "job":
            return {}
        return {self._inner(service, port): self._published[service.name, port] for port in (MAIN, *service.ports)}

    def public_port(self, service: Service) -> int:
        """The port of this machine that leads to the service."""
        return self._published[service.name, MAIN]

    def public_url(self, service: Service, database: str = "") -> str:
        """The service as this machine and its browsers reach it."""
        port = 0 if service.role == "job" else self.public_port(service)
        return self._url(service, HOST, port, database or self.database)

    def endpoints(self) -> dict[str, str]:
        """Endpoint name → public URL, for the services that announce one."""
        return {s.endpoint: self.public_url(s) for s in self._system.services if s.endpoint}

    def values_for(self, service: Service) -> Mapping[str, str]:
        """Placeholder → text, as this service's command and environment see it, inside its container."""
        values = {"host": EVERYWHERE, "port": str(self._inner(service, MAIN))}
        values |= {port: str(self._inner(service, port)) for port in service.ports}
        for other in self._system.services:
            inner = self._inner(other, MAIN)
            values[f"{other.name}.host"] = other.name
            values[f"{other.name}.port"] = str(inner)
            values[f"{other.name}.url"] = self._url(other, other.name, inner, self.database)
            values[f"{other.name}.public_url"] = self.public_url(other)
            values |= {f"{other.name}.{port}": str(self._inner(other, port)) for port in other.ports}
        return values

    def _inner(self, service: Service, port: str) -> int:
        main = {"postgresql": POSTGRES_PORT, "valkey": VALKEY_PORT}.get(service.embedded or "", FIRST_PORT)
        return main if port == MAIN else FIRST_PORT + 1 + service.ports.index(port)

    def _url(self, service: Service, host: str, port: int, database: str) -> str:
        if service.embedded == "postgresql":
            return f"postgresql://{SUPERUSER}:{self.password}@{host}:{port}/{database}"
        if service.embedded == "valkey":
            return f"redis://:{self.password}@{host}:{port}/0"
        return f"http://{host}:{port}"
