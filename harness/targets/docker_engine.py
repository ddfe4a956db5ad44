"""Docker as its own API gives it: where it listens, and in words what is wrong when it does not."""

from __future__ import annotations

import os
import shutil
import socket

import docker
from docker.context import ContextAPI
from docker.errors import DockerException

from harness.model.errors import TargetError

USUAL = "unix:///var/run/docker.sock"
_TIMEOUT = 60
_INSTALL = "install Docker (https://docs.docker.com/engine/install/), then try `docker version`"
_START = "start Docker (`systemctl start docker`, or Docker Desktop), then try `docker version`"
_ALLOW = "add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again"


def connect(timeout: int = _TIMEOUT) -> docker.DockerClient:
    """A client of the daemon that the command `docker` would talk to.

    Args:
        timeout: longest silence of one answer, in seconds.

    Raises TargetError that tells apart: not installed, not running, not allowed.
    """
    where = address()
    try:
        _knock(where or USUAL)
        client = docker.DockerClient(base_url=where, timeout=timeout) if where else docker.from_env(timeout=timeout)
        client.ping()
    except (DockerException, OSError) as error:
        raise _unreachable(error, where or USUAL) from error
    return client


def address() -> str:
    """`DOCKER_HOST`, else that of the current context of the command `docker`; empty for the usual one."""
    if host := os.environ.get("DOCKER_HOST"):
        return host
    try:
        context = ContextAPI.get_current_context()
    except (DockerException, OSError, ValueError):
        return ""
    return str(context.Host or "") if context is not None and context.Name != "default" else ""


def check_here() -> None:
    """Raises TargetError when the daemon runs on another machine: what it publishes on 127.0.0.1 is not ours then."""
    if address().partition("://")[0] not in ("", "unix", "npipe"):
        raise TargetError(
            "Docker runs on another machine, whose loopback interface cannot be reached from here",
            where=address(),
            advice="use a Docker of this machine (unset DOCKER_HOST, `docker context use default`)",
        )


def _knock(where: str) -> None:
    """Raises OSError when nobody is behind the socket: the client library would leave its own half open then."""
    scheme, _, path = where.partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(_TIMEOUT)
            door.connect(path)


def _unreachable(error: Exception, where: str) -> TargetError:
    if isinstance(error, PermissionError):
        return TargetError("Docker is there, but this user may not use it", where=where, advice=_ALLOW)
    if isinstance(error, FileNotFoundError) and shutil.which("docker") is None:
        return TargetError("Docker is not installed", where=where, advice=_INSTALL)
    return TargetError(f"Docker does not answer: {error}", where=where, advice=_START)
