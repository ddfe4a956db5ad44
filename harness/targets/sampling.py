"""One reading of everything that a target can measure."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping

import httpx
import psycopg

from harness.model.errors import LaunchgateError
from harness.model.observation import Measurement
from harness.model.system import Telemetry
from harness.targets.resources import Reading
from harness.targets.signals import scrape

_STATES = ("active", "idle", "idle in transaction")
_COUNT_BY_STATE = """
    select coalesce(state, 'starting'), count(*) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid() group by 1
"""


class Sampling:
    """Readings never raise: what could not be read is missing, and `faults` says why the last time it was.

    Args:
        resources: CPU and memory of every service; called once now, so that the next call has differences.
        dsn: a database of the server whose connections are counted; empty when there is none.
        endpoints: where the system's own figures are read, by endpoint name.
    """

    def __init__(
        self,
        resources: Callable[[], Iterable[Reading]],
        dsn: str,
        telemetry: Telemetry | None,
        endpoints: Mapping[str, str],
    ) -> None:
        self._resources, self._dsn, self._telemetry, self._endpoints = resources, dsn, telemetry, endpoints
        self._connection: psycopg.Connection[tuple[str, int]] | None = None
        self.faults: dict[str, str] = {}
        resources()

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
            except (OSError, ValueError, psycopg.Error, httpx.HTTPError, LaunchgateError) as error:
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

    def _connections(self) -> list[Reading]:
        """Client connections by state; a state that nobody is in counts zero."""
        if not self._dsn:
            return []
        try:
            counted = dict(self._connect().execute(_COUNT_BY_STATE).fetchall())
        except psycopg.Error:
            self.close()
            raise
        return [("db.connections", {"state": s}, float(n)) for s, n in {**dict.fromkeys(_STATES, 0), **counted}.items()]

    def _connect(self) -> psycopg.Connection[tuple[str, int]]:
        if self._connection is None:
            self._connection = psycopg.connect(
                self._dsn,
                autocommit=True, connect_timeout=2, options="-c statement_timeout=1000", application_name="launchgate",
            )  # fmt: skip
        return self._connection

    def _signals(self) -> list[Reading]:
        telemetry = self._telemetry
        base = self._endpoints.get(telemetry.endpoint) if telemetry else None
        if telemetry is None or base is None or not telemetry.signals:
            return []
        return [(s.metric, dict(s.labels), value) for s, value in scrape(base + telemetry.path, telemetry.signals)]
