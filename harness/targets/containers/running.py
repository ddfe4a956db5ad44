"""One container of a run, watched like a child process: its log in a file, its end as an exit code."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from pathlib import Path
from typing import Any

from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container
from requests.exceptions import RequestException
from testcontainers.core.container import DockerContainer
from urllib3.exceptions import HTTPError

from harness.targets.containers.resources import StatsStream
from harness.targets.containers.streams import log_parts
from harness.targets.state import Facts

_PAUSE = 0.1
_LOG_WITHIN = 3.0
_ENDED = ("exited", "dead", "removing")


class RunningContainer:
    """See `harness.targets.readiness.Watched`. Its log is written while it runs, so it survives the harness.

    Attributes:
        lost: Docker did not answer when it was asked for the state the last time.
    """

    def __init__(self, name: str, image: str, container: Container, log: Path) -> None:
        self.name, self.image, self.log = name, image, log
        self._container = container
        self.resources = StatsStream(name, container)
        self._state: dict[str, Any] = {}
        self.lost = False
        self.log_start = log.stat().st_size if log.exists() else 0
        self._pump = threading.Thread(target=self._write_log, name=f"log of {name}", daemon=True)
        self._pump.start()

    @property
    def id(self) -> str:
        """Docker's own name for it."""
        return str(self._container.id)

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while it runs. Its log is complete when there is a code."""
        self._look()
        if self._state.get("Status") not in _ENDED:
            return None
        self._pump.join(_LOG_WITHIN)
        return exit_code(int(self._state.get("ExitCode", 0)))

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits `timeout` seconds (for ever when None) for the end; None when it still runs."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None and (deadline is None or time.monotonic() < deadline):
            time.sleep(_PAUSE)
        return code

    def stop(self, grace: float) -> None:
        """SIGTERM, SIGKILL after `grace` seconds; fine for one that has ended or is gone."""
        with contextlib.suppress(DockerException, RequestException):
            self._container.stop(timeout=max(round(grace), 1))
        self.poll()

    def kill(self) -> None:
        """SIGKILL; fine for one that has ended or is gone."""
        with contextlib.suppress(DockerException, RequestException):
            self._container.kill()
        self.wait(_LOG_WITHIN)

    def facts(self) -> Facts:
        """What is known of it, also after it was removed."""
        code = self.poll()
        return {
            "state": "running" if code is None else "ended",
            "container": self.id[:12],
            "image": self.image,
            "started": self._state.get("StartedAt", ""),
            "exit_code": code,
            "oom_killed": bool(self._state.get("OOMKilled")),
            "log": self.log.name,
        }

    def close(self) -> None:
        """Lets go of Docker; its last state stays known."""
        self._pump.join(_LOG_WITHIN)
        self.resources.close(_LOG_WITHIN)
        self._container.client.close()

    def _look(self) -> None:
        """Takes the present state; that of one which somebody removed is its last one, ended."""
        try:
            self._container.reload()
            self._state, self.lost = self._container.attrs["State"], False
        except (APIError, RequestException) as error:
            if not isinstance(error, NotFound):
                self.lost = True
                return
            if self._state.get("Status") not in _ENDED:
                self._state = {**self._state, "Status": "dead", "ExitCode": 128 + signal.SIGKILL}

    def _write_log(self) -> None:
        with contextlib.suppress(RequestException, HTTPError, OSError), self.log.open("ab", buffering=0) as file:
            for part in log_parts(self._container):
                file.write(part)


def exit_code(code: int) -> int:
    """Docker's exit code as a child process of ours would have it: 128 and more stand for signals."""
    number = code - 128
    return -number if number in signal.valid_signals() else code


def start(made: DockerContainer, name: str, log: Path) -> RunningContainer:
    """Starts a container. Raises docker.errors.DockerException."""
    made.start()
    return RunningContainer(name, made.image, made.get_wrapped_container(), log)
