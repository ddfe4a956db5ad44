"""CPU and memory of containers, as Docker sends them once a second for each."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docker.models.containers import Container
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from harness.targets.containers.streams import stats
from harness.targets.resources import Reading, resource_readings

_NANOSECONDS = 1e9
_FRESH = 5.0  # seconds; older figures are those of a daemon that does not answer


class StatsStream:
    """Listens to one container until it ends: asking anew each time would take a second for every answer."""

    def __init__(self, name: str, container: Container) -> None:
        self._container = container
        self._latest: tuple[float, float | None, int] | None = None
        self._thread = threading.Thread(target=self._listen, name=f"stats of {name}", daemon=True)
        self._thread.start()

    def read(self) -> tuple[float | None, int] | None:
        """CPU seconds per second (None in the first second), and bytes of memory; None when it has ended."""
        latest = self._latest
        return latest[1:] if latest is not None and time.monotonic() - latest[0] < _FRESH else None

    def close(self, within: float) -> None:
        """Waits for the end of the stream, which comes when the container is removed."""
        self._thread.join(within)

    def _listen(self) -> None:
        with contextlib.suppress(RequestException, HTTPError, OSError, ValueError, KeyError):
            for figures in stats(self._container):
                # when it has ended, Docker goes on with zeros until it is removed
                alive = bool(figures.get("memory_stats", {}).get("usage"))
                self._latest = (time.monotonic(), cpu_used(figures), memory_in_use(figures)) if alive else None
        self._latest = None


def container_readings(streams: Mapping[str, StatsStream]) -> list[Reading]:
    """CPU and memory by service; one that has ended is left out."""
    read = {name: stream.read() for name, stream in streams.items()}
    return [reading for name, figures in read.items() if figures for reading in resource_readings(name, *figures)]


def cpu_used(figures: Mapping[str, Any]) -> float | None:
    """CPU seconds per second between the two readings of one message; None when it holds only one."""
    now, before = figures["cpu_stats"], figures.get("precpu_stats", {})
    if not before.get("cpu_usage", {}).get("total_usage"):
        return None
    passed = _moment(figures["read"]) - _moment(figures["preread"])
    spent = (now["cpu_usage"]["total_usage"] - before["cpu_usage"]["total_usage"]) / _NANOSECONDS
    return max(spent, 0.0) / passed if passed > 0 else None


def memory_in_use(figures: Mapping[str, Any]) -> int:
    """Bytes without the file cache that could be given back at once, as the command `docker stats` counts them."""
    memory = figures["memory_stats"]
    details = memory.get("stats", {})
    cache = details.get("total_inactive_file", details.get("inactive_file", 0))  # cgroup v1, cgroup v2
    return int(max(memory["usage"] - cache, 0))


def _moment(text: str) -> float:
    """Seconds since the epoch; Docker writes nanoseconds, which Python does not read."""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}+00:00").timestamp() + float(f"0.{fraction or 0}")
