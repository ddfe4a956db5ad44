"""An embedded Valkey: in memory only, on the loopback interface."""

from __future__ import annotations

import socket
from pathlib import Path

from harness.ports.processes import Handle, ProcessSpawner
from harness.targets.binaries import owned_folder, valkey_program
from harness.targets.ports import HOST
from harness.targets.readiness import await_ready


class Valkey:
    """One server. `prepare` once, `start` on a port (again after `kill`)."""

    def __init__(self, spawner: ProcessSpawner, *, name: str, scratch: Path, log: Path) -> None:
        self._spawner, self._name, self._log = spawner, name, log
        self._folder = scratch / f"{name}-data"
        self._program = valkey_program()

    def prepare(self) -> None:
        """Makes the folder that the server works in; it writes no snapshot there."""
        owned_folder(self._folder, None)

    def start(self, port: int) -> Handle:
        """Starts the server; it is not ready yet."""
        argv = [str(self._program), "--bind", HOST, "--port", str(port), "--dir", str(self._folder), "--save", ""]
        return self._spawner.spawn(
            [*argv, "--appendonly", "no", "--daemonize", "no"], name=self._name, log=self._log, cwd=self._folder
        )


def url(port: int) -> str:
    """The URL of the server's first database."""
    return f"redis://{HOST}:{port}/0"


def is_ready(port: int, password: str = "") -> bool:
    """Whether the server answers PING; while it loads data it answers with an error."""
    greeting = f"AUTH {password}\r\nPING\r\n" if password else "PING\r\n"
    try:
        with socket.create_connection((HOST, port), 1.0) as connection:
            connection.sendall(greeting.encode())
            said = b""
            while part := connection.recv(64):
                said += part
                if b"+PONG" in said or b"-" in said:
                    break
            return b"+PONG" in said
    except OSError:
        return False


def await_valkey(handle: Handle, port: int, within: float) -> None:
    """Waits for the first answered PING. Raises ServiceFailed."""
    await_ready(handle, lambda: is_ready(port), within)
