"""Where the services of one attempt listen, and what placeholders stand for."""

from __future__ import annotations

from collections.abc import Mapping

from harness.model.system import Service, System
from harness.targets import postgres, valkey
from harness.targets.ports import HOST, free_ports

MAIN = "port"


class Addresses:
    """A port for every service, different from one another, chosen when this is made."""

    def __init__(self, system: System) -> None:
        self._system = system
        names = [(s.name, port) for s in system.services for port in (MAIN, *s.ports)]
        self._ports = dict(zip(names, free_ports(len(names)), strict=True))

    @property
    def database(self) -> str:
        """Name of the database made for this system: never one that the server brings along."""
        return self._system.name.replace("-", "_").replace(".", "_")

    def port(self, service: Service) -> int:
        """The TCP port meant for it."""
        return self._ports[service.name, MAIN]

    def url(self, service: Service) -> str:
        """`postgresql://…`, `redis://…`, or `http://…` for what is not embedded."""
        if service.embedded == "postgresql":
            return postgres.url(self.port(service), self.database)
        if service.embedded == "valkey":
            return valkey.url(self.port(service))
        return f"http://{HOST}:{self.port(service)}"

    def endpoints(self) -> dict[str, str]:
        """Endpoint name → URL, for the services that announce one."""
        return {s.endpoint: self.url(s) for s in self._system.services if s.endpoint}

    def values_for(self, service: Service) -> Mapping[str, str]:
        """Placeholder → text, as this service's command and environment see it."""
        values = {"host": HOST, "port": str(self.port(service))}
        values |= {port: str(self._ports[service.name, port]) for port in service.ports}
        for other in self._system.services:
            values[f"{other.name}.host"] = HOST
            values[f"{other.name}.port"] = str(self.port(other))
            values[f"{other.name}.url"] = self.url(other)
            # how a person's browser reaches it, which differs where services have a network of their own
            values[f"{other.name}.public_url"] = self.url(other)
            values |= {f"{other.name}.{port}": str(self._ports[other.name, port]) for port in other.ports}
        return values
