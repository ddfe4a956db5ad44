"""An embedded PostgreSQL: a data directory of its own, made anew, thrown away afterwards."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg

from harness.ports.processes import Handle, ProcessSpawner
from harness.targets.binaries import owned_folder, postgres_programs, unprivileged
from harness.targets.ports import HOST
from harness.targets.readiness import await_end, await_ready

SUPERUSER = "postgres"
STOP_SIGNAL = signal.SIGINT  # fast shutdown: sessions are ended, everything is written
_PREPARE_WITHIN = 90.0
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_preload_libraries": "",
    # The data is thrown away and the machine's crash ends the run, so waiting for the disk proves nothing. A
    # killed *server* still recovers every commit, since the operating system holds what was written.
    "fsync": "off",
    # segments as files of the data directory: a killed server leaves none elsewhere
    "dynamic_shared_memory_type": "mmap",
    "log_line_prefix": "%m [%p] ",
}


class Postgres:
    """One server. `prepare` once, `start` on a port (again after `kill`), then `ready`."""

    def __init__(self, spawner: ProcessSpawner, *, name: str, scratch: Path, log: Path) -> None:
        self._spawner, self._name, self._log = spawner, name, log
        self._scratch, self._data = scratch, scratch / f"{name}-data"
        self._user = unprivileged()
        self._programs = postgres_programs(scratch)

    def prepare(self) -> None:
        """Makes the data directory with `initdb`. Raises ServiceFailed."""
        owned_folder(self._data, self._user)
        argv = ["initdb", "-D", str(self._data), "-U", SUPERUSER, "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8"]
        await_end(self._run([*argv, "--no-sync", "--no-instructions"]), _PREPARE_WITHIN)

    def start(self, port: int) -> Handle:
        """Starts the server on a port of the loopback interface; it is not ready yet."""
        settings = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
        return self._run(["postgres", "-D", str(self._data), "-p", str(port), *settings])

    def _run(self, argv: list[str]) -> Handle:
        return self._spawner.spawn(
            [str(self._programs / argv[0]), *argv[1:]],
            name=self._name, log=self._log, user=self._user, cwd=self._scratch, env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip


def url(port: int, database: str) -> str:
    """The DSN of a database; trust authentication, so no password."""
    return f"postgresql://{SUPERUSER}@{HOST}:{port}/{database}"


def is_ready(port: int) -> bool:
    """Whether the server answers a query."""
    return answers(url(port, "postgres"))


def answers(dsn: str) -> bool:
    """Whether a query is answered there."""
    try:
        with psycopg.connect(dsn, connect_timeout=2) as connection:
            connection.execute("select 1")
    except psycopg.Error:
        return False
    return True


def await_postgres(handle: Handle, port: int, within: float) -> None:
    """Waits for the first answered query. Raises ServiceFailed."""
    await_ready(handle, lambda: is_ready(port), within)


def create_database(port: int, name: str) -> str:
    """Makes a database and returns its DSN."""
    with psycopg.connect(url(port, "postgres"), autocommit=True, connect_timeout=5) as connection:
        connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
    return url(port, name)
