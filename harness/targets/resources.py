"""CPU and memory of a service and its children."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence

import psutil

from harness.model.system import Service
from harness.ports.processes import Handle

Reading = tuple[str, dict[str, str], float]  # metric, labels, value


def resource_readings(service: str, cpu: float | None, memory: int) -> list[Reading]:
    """CPU seconds per second, where it is known already, and bytes of memory."""
    spent = [] if cpu is None else [("resource.cpu", {"service": service}, cpu)]
    return [*spent, ("resource.memory", {"service": service}, float(memory))]


class ResourceMeter:
    """Reads one process tree again and again.

    CPU seconds of a process that began and ended between two readings are not seen: they are those of
    short-lived helpers, which servers do not have.
    """

    def __init__(self) -> None:
        self._spent: dict[psutil.Process, float] = {}
        self._at: float | None = None

    def read(self, pids: Iterable[int]) -> tuple[float | None, int] | None:
        """CPU seconds per second since the reading before (None at the first), and resident bytes.

        None when no process is left.
        """
        spent: dict[psutil.Process, float] = {}
        resident = 0
        now = time.monotonic()
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                with process.oneshot():
                    times = process.cpu_times()
                    resident += process.memory_info().rss
                spent[process] = times.user + times.system
        if not spent:
            return None
        before, self._spent = self._spent, spent
        since, self._at = self._at, now
        if since is None or now <= since:
            return None, resident
        used = sum(seconds - before.get(process, 0.0) for process, seconds in spent.items())
        return max(used, 0.0) / (now - since), resident


class ProcessResources:
    """Called again and again, reads every service that runs; CPU from the second call on."""

    def __init__(self, services: Sequence[Service], handles: Mapping[str, Handle]) -> None:
        self._handles = handles
        self._meters = {s.name: ResourceMeter() for s in services if s.role != "job"}

    def __call__(self) -> list[Reading]:
        """CPU and memory by service; one that has ended is left out."""
        readings: list[Reading] = []
        for name, meter in self._meters.items():
            read = meter.read(self._handles[name].pids()) if name in self._handles else None
            if read is not None:
                readings += resource_readings(name, *read)
        return readings
