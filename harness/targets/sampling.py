"""One reading of everything that the process target can measure."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping

import httpx
import psycopg

from harness.model.observation import Measurement
from harness.model.system import Service, System
from harness.ports.processes import Handle
from harness.targets import postgres
from harness.targets.addresses import Addresses
from harness.targets.resources import ResourceMeter
from harness.targets.signals import scrape

Reading = tuple[str, dict[str, str], float]  # metric, labels, value
_STATES = ("active", "idle", "idle in transaction")
_COUNT_BY_STATE = """
    select coalesce(state, 'starting'), count(*) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid() group by 1
"""


class Sampling:
    """Readings never raise: what could not be read is missing, and `faults` says why the last time it was."""

    def __init__(self, system: System, addresses: Addresses, handles: Mapping[str, Handle]) -> None:
        self._system, self._addresses, self._handles = system, addresses, handles
        self._meters = {s.name: ResourceMeter() for s in system.services if s.role != "job"}
        self._connection: psycopg.Connection[tuple[str, int]] | None = None
        self.faults: dict[str, str] = {}
        # CPU is a difference: with this first reading the next one already has it
        self._resources()

    def read(self, scenario: str, t: float) -> list[Measurement]:
        """Readings of this moment, `t` seconds after the method began."""
        sources: dict[str, Callable[[], Iterable[Reading]]] = {
            "resources": self._resources,
            "connections": self._connections,
            "signals": self._signals,
        }
        readings: list[Reading] = []
        for name, read in sources.items():
            try:
                readings += read()
            except (OSError, ValueError, psycopg.Error, httpx.HTTPError) as error:
                self.faults[name] = f"{t:.1f} s into {scenario}: {type(error).__name__}: {error}"
        return [
            Measurement(scenario=scenario, metric=metric, t=t, value=value, labels=labels)
            for metric, labels, value in readings
        ]

    def close(self) -> None:
        """Gives the database connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    def _resources(self) -> list[Reading]:
        readings: list[Reading] = []
        for name, meter in self._meters.items():
            read = meter.read(self._handles[name].pids()) if name in self._handles else None
            if read is None:
                continue
            cpu, resident = read
            if cpu is not None:
                readings.append(("resource.cpu", {"service": name}, cpu))
            readings.append(("resource.memory", {"service": name}, float(resident)))
        return readings

    def _connections(self) -> list[Reading]:
        """Client connections by state; a state that nobody is in counts zero."""
        database = next((s for s in self._system.services if s.embedded == "postgresql"), None)
        if database is None:
            return []
        try:
            counted = dict(self._connect(database).execute(_COUNT_BY_STATE).fetchall())
        except psycopg.Error:
            self.close()
            raise
        return [("db.connections", {"state": s}, float(n)) for s, n in {**dict.fromkeys(_STATES, 0), **counted}.items()]

    def _connect(self, database: Service) -> psycopg.Connection[tuple[str, int]]:
        if self._connection is None:
            self._connection = psycopg.connect(
                postgres.url(self._addresses.port(database), "postgres"),
                autocommit=True, connect_timeout=2, options="-c statement_timeout=1000", application_name="launchgate",
            )  # fmt: skip
        return self._connection

    def _signals(self) -> list[Reading]:
        telemetry = self._system.telemetry
        base = self._addresses.endpoints().get(telemetry.endpoint) if telemetry else None
        if telemetry is None or base is None or not telemetry.signals:
            return []
        return [(s.metric, dict(s.labels), value) for s, value in scrape(base + telemetry.path, telemetry.signals)]
