"""Free TCP ports on the loopback interface."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Collection

import httpx
import psutil

from harness.targets.keeper import TAG_VARIABLE, has_mark

HOST = "127.0.0.1"
_PROBE_TIMEOUT = 2.0
# uvicorn, aiohttp, Node, PostgreSQL and valkey each word it in their own way
_IN_USE = re.compile(r"address (is )?already in use|EADDRINUSE|errno 98\b|errno 48\b", re.IGNORECASE)


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on now. Another program may take one before our child: see `port_taken`."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def port_taken(log_text: str) -> bool:
    """Whether a service's log says that its port was taken in between; then another port is worth a try."""
    return _IN_USE.search(log_text) is not None


def accepts_connections(host: str, port: int, timeout: float = 0.5) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((host, port), timeout).close()
    except OSError:
        return False
    return True


def holds_connections(host: str, port: int, timeout: float = 0.5) -> bool:
    """Whether something listens there that does not hang up at once, as a forwarder does whose other end is away."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            return bool(connection.recv(1))
    except TimeoutError:
        return True  # it waits for us to speak
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether a GET is answered with 200. A proxy of the environment is none of our business on loopback."""
    try:
        return httpx.get(url, timeout=_PROBE_TIMEOUT, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def held_by_stranger(port: int, pids: Collection[int], tag: str) -> bool:
    """Whether the listener on `port` is neither one of `pids` nor carries the run's tag.

    Then it would answer the probes in place of our own service. False where the system does not tell: in a container
    without ptrace rights, root is not told which process of another user holds a socket. Our own service that found
    its port taken ends with an error then, which is noticed all the same.
    """
    try:
        sockets = [s for s in psutil.net_connections("tcp") if s.status == psutil.CONN_LISTEN and s.laddr]
    except psutil.AccessDenied:
        return False
    listeners = {s.pid for s in sockets if s.laddr[1:] == (port,)}
    known = [pid for pid in listeners if pid is not None]
    return bool(known) and len(known) == len(listeners) and not any(_is_ours(pid, pids, tag) for pid in known)


def _is_ours(pid: int, pids: Collection[int], tag: str) -> bool:
    return pid in pids or (psutil.pid_exists(pid) and has_mark(psutil.Process(pid), (TAG_VARIABLE, tag)))
