"""How one service becomes a container: its image, command and environment, and what it may not do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from harness.model.system import Service, System
from harness.targets import commands
from harness.targets.containers.addresses import SUPERUSER, ContainerAddresses
from harness.targets.containers.sweep import LABEL
from harness.targets.ports import HOST

# The keeper removes what a killed harness leaves; another helper that does so would need an image of its own.
testcontainers_config.ryuk_disabled = True

MEMORY = "1g"
PROCESSES = 512
# what the entry points of the official images need to hand over to their own user
_HANDING_OVER = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]
_SCRATCH = {"/tmp": "rw,mode=1777,size=256m"}  # noqa: S108  of the container
_RUN = {"/run": "rw,mode=1777", "/var/run/postgresql": "rw,mode=1777"}
# as in harness.targets.postgres: the data is thrown away, so waiting for the disk proves nothing
_POSTGRES = ["postgres", "-c", "fsync=off", "-c", "max_connections=100"]
_VALKEY = ["redis-server", "--save", "", "--appendonly", "no", "--requirepass"]


class Launcher:
    """Makes the containers of one attempt; none is started here."""

    def __init__(
        self, system: System, tag: str, images: Mapping[str, str], network: Network, addresses: ContainerAddresses
    ) -> None:
        self._system, self._tag, self._images = system, tag, images
        self._network, self._addresses = network, addresses

    def image_of(self, service: Service) -> str:
        """The reference that a service runs."""
        return self._images.get(service.image, service.image)

    def container(self, service: Service) -> DockerContainer:
        """The container of a service: on the network by its name, published on the loopback interface only."""
        made = DockerContainer(
            self.image_of(service),
            name=f"launchgate-{self._tag}-{service.name}",
            network=self._network,
            network_aliases=[service.name],
            env=self._env(service),
        )
        made.image = self.image_of(service)  # without the prefix that testcontainers puts before images of a hub
        ports: dict[str, Any] = made.ports  # Docker takes an address as well, which testcontainers' type does not say
        for inside, outside in self._addresses.published(service).items():
            ports[f"{inside}/tcp"] = (HOST, outside)
        made.tmpfs = {**_SCRATCH, **(_RUN if service.embedded else {})}
        if command := self._command(service):
            made.with_command(command)
        return made.with_kwargs(**self._limits(service), **self._entrypoint(service))

    def _command(self, service: Service) -> list[str]:
        if service.embedded == "postgresql":
            return _POSTGRES
        if service.embedded == "valkey":
            return [*_VALKEY, self._addresses.password]
        return commands.argv(service, self._addresses.values_for(service))[1:]

    def _entrypoint(self, service: Service) -> dict[str, Any]:
        """The command's first word takes the place of the image's own entry point."""
        return {} if service.embedded else {"entrypoint": service.command[:1]}

    def _env(self, service: Service) -> dict[str, str]:
        if service.embedded == "postgresql":
            known = {"POSTGRES_USER": SUPERUSER, "POSTGRES_DB": self._addresses.database}
            return {**known, "POSTGRES_PASSWORD": self._addresses.password, "POSTGRES_INITDB_ARGS": "--no-sync"}
        if service.embedded == "valkey":
            return {}
        return commands.environment(self._system, service, self._addresses.values_for(service))

    def _limits(self, service: Service) -> dict[str, Any]:
        return {
            "labels": {LABEL: self._tag, "launchgate.service": service.name},
            "init": not service.embedded,
            "read_only": True,
            "cap_drop": ["ALL"],
            "cap_add": _HANDING_OVER if service.embedded else [],
            "security_opt": ["no-new-privileges"],
            "mem_limit": MEMORY,
            "memswap_limit": MEMORY,
            "pids_limit": PROCESSES,
            "shm_size": "128m",
        }
