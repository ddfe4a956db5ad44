"""A PostgreSQL or a Valkey for the length of a `with` block: for tests and tools.

Both come from wheels (else from PATH), listen on a free loopback port, keep their data in a temporary
folder of the system, and are gone afterwards, also when the program that asked for them is killed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.ports.processes import Handle
from harness.targets import postgres, valkey
from harness.targets.ports import free_ports, port_taken
from harness.targets.readiness import ServiceFailed
from harness.targets.supervisor import Supervisor

READY_WITHIN = 60.0
_ATTEMPTS = 3


@contextmanager
def running_postgres(directory: Path) -> Iterator[str]:
    """Yields the DSN of a fresh server, `postgresql://postgres@127.0.0.1:PORT/postgres`.

    Its log is `directory/postgres.log`. Raises TargetError when there is no server or it does not start.
    """
    with _supervisor(directory) as supervisor:
        server = postgres.Postgres(
            supervisor, name="postgres", scratch=supervisor.scratch(), log=directory / "postgres.log"
        )
        server.prepare()
        handle, port = start_on_free_port(server.start, postgres.await_postgres, READY_WITHIN)
        yield postgres.url(port, "postgres")
        handle.terminate(10.0, postgres.STOP_SIGNAL)


@contextmanager
def running_valkey(directory: Path) -> Iterator[str]:
    """Yields the URL of a fresh server, `redis://127.0.0.1:PORT/0`.

    Its log is `directory/valkey.log`. Raises TargetError when there is no server or it does not start.
    """
    with _supervisor(directory) as supervisor:
        server = valkey.Valkey(supervisor, name="valkey", scratch=supervisor.scratch(), log=directory / "valkey.log")
        server.prepare()
        _, port = start_on_free_port(server.start, valkey.await_valkey, READY_WITHIN)
        yield valkey.url(port)


def start_on_free_port(
    start: Callable[[int], Handle], await_ready: Callable[[Handle, int, float], None], within: float
) -> tuple[Handle, int]:
    """Starts a service, on another port when its own was taken by another program in between."""
    for attempt in range(1, _ATTEMPTS + 1):
        (port,) = free_ports(1)
        handle = start(port)
        try:
            await_ready(handle, port, within)
        except ServiceFailed as failed:
            handle.kill()
            if attempt == _ATTEMPTS or not port_taken(failed.log_text):
                raise
        else:
            return handle, port
    raise AssertionError("unreachable")


@contextmanager
def _supervisor(directory: Path) -> Iterator[Supervisor]:
    directory.mkdir(parents=True, exist_ok=True)
    with Supervisor(f"embedded-{uuid.uuid4()}") as supervisor:
        yield supervisor
