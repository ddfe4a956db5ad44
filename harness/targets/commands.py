"""A service's command and environment, with its placeholders filled in."""

from __future__ import annotations

from collections.abc import Mapping

from harness.model.errors import TargetError
from harness.model.system import Readiness, Service, System
from harness.targets.placeholders import fill, mentions

DEFAULT_READINESS = Readiness()


def argv(service: Service, values: Mapping[str, str]) -> list[str]:
    """The command. Raises TargetError for a placeholder that does not exist."""
    return [fill(part, values, f"command of service {service.name}") for part in service.command]


def environment(system: System, service: Service, values: Mapping[str, str]) -> dict[str, str]:
    """What the system gives to all, and what the service adds. Raises TargetError like `argv`."""
    given = {**system.env, **service.env}
    filled = {name: fill(text, values, f"env {name} of service {service.name}") for name, text in given.items()}
    return {"PYTHONUNBUFFERED": "1", **filled}


def check(system: System, service: Service, values: Mapping[str, str]) -> None:
    """Raises TargetError for what cannot work, before anything is started."""
    if service.embedded:
        return
    if not service.command:
        raise TargetError(f"service {service.name} has no command", advice="give it one, or `embedded`")
    argv(service, values)
    environment(system, service, values)
    if service.role != "job" and not _has_sign(service):
        raise TargetError(
            f"nothing tells when service {service.name} is ready",
            advice="add `ready: {http: /path}` or `ready: {log: text}`, or let its command listen on {port}",
        )


def _has_sign(service: Service) -> bool:
    ready = service.ready or DEFAULT_READINESS
    own = mentions([*service.command, *service.env.values()])
    return bool(ready.http or ready.log or own & {"port", f"{service.name}.port", f"{service.name}.url"})
