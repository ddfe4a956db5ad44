"""The Locust process: `python -m suites.load.locust_child CONFIG.json`.

Locust as a library, without web interface: begins users, ticks once a second, lets the last requests end, and
closes with a summary. SIGTERM and SIGINT cut it short; what was seen until then is complete on disk.
Exit codes: 0 when the summary is written, 2 when the configuration cannot be used.
"""

from __future__ import annotations

import importlib
import inspect
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import gevent
import psutil
from gevent.event import Event
from locust import __version__ as locust_version
from pydantic import ValidationError

from suites.load.session import LoadSession, method_clock
from suites.load.tap import Tap
from suites.load.users.support.paced import LoadEnvironment, PacedUser
from suites.load.wire import FINISHED, ChildConfig, Line, ReadingLine, SummaryLine, WorkloadLine

TICK = 1.0  # seconds
GRACE = 1.0  # beyond the timeout of a request, for the last replies


class Stream:
    """The NDJSON file that the suite follows."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self.lines = 0

    def write(self, *lines: Line) -> None:
        """Whole lines, readable by others when this returns."""
        self.lines += len(lines)
        self._file.write("".join(line.model_dump_json() + "\n" for line in lines))
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class LoadRun:
    """One load from the first user to the summary."""

    def __init__(self, config: ChildConfig, folder: Path, users: Sequence[type[PacedUser]]) -> None:
        self._config, self._users = config, users
        now = method_clock(config.epoch)
        begin = max(config.begin, now())
        self._tap = Tap(config, folder, measured_from=config.begin + config.warm_up)
        self._session = LoadSession(config, self._tap, now, begin)
        self._stream = Stream(folder / config.stream)
        self._process = psutil.Process()
        self._stop, self._reason = Event(), FINISHED
        self._read_at = begin

    def run(self) -> None:
        """Users begin, work and end; the summary is the last thing written."""
        self._stream.write(WorkloadLine(wall=time.time(), facts=self._facts()))
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, self._cut_short, "stopped")
        environment = LoadEnvironment(user_classes=list(self._users), host=self._config.host, catch_exceptions=False)
        environment.load = self._session
        environment.events.user_error.add_listener(self._behaviour_broke)  # type: ignore[no-untyped-call]
        runner = environment.create_local_runner()
        self._process.cpu_percent()
        self._read_at = self._session.now()
        runner.start(self._config.users, spawn_rate=self._config.spawn_rate)
        self._tick_until(self._config.end)
        self._let_the_last_end(runner.user_greenlets)
        runner.quit()
        self._finish()

    def _tick_until(self, end: float) -> None:
        """Readings once a second until `end`, or until the run is cut short."""
        while not self._stop.is_set() and (now := self._session.now()) < end:
            self._stop.wait(min(TICK - now % TICK, end - now))
            self._tick()

    def _let_the_last_end(self, greenlets: Any) -> None:
        """Requests under way at the end are judged like any other: they get their whole timeout."""
        deadline = self._session.now() + self._config.timeout + GRACE
        while greenlets and not self._stop.is_set() and self._session.now() < deadline:
            greenlets.join(timeout=0.1)

    def _tick(self) -> None:
        """All that ended since the last tick, and a reading of the generator."""
        now = self._session.now()
        self._stream.write(*self._tap.drain(), *self._tap.drain_lag(now))
        # CPU time is counted in steps of 10 ms: over a moment it says nothing.
        if now - self._read_at >= TICK / 2:
            self._read_at = now
            self._stream.write(ReadingLine(
                t=now, cpu=self._process.cpu_percent() / 100, memory=self._process.memory_info().rss,
                users=self._session.running,
            ))  # fmt: skip

    def _finish(self) -> None:
        """The rest of the requests, the raw files, the summary."""
        self._tick()
        self._tap.close()
        tap, session = self._tap, self._session
        self._stream.write(SummaryLine(
            t=session.now(), lines=self._stream.lines,
            users_planned=self._config.users, users_started=session.started, users_peak=session.peak,
            user_seconds_planned=self._config.user_seconds(session.begin), user_seconds=session.user_seconds(),
            operations=self._operations(), due=tap.completed + tap.unfinished + tap.unsent,
            completed=tap.completed, unfinished=tap.unfinished, unsent=tap.unsent, measured=dict(tap.measured),
            end_reason=self._reason, behaviour_errors=session.behaviour_errors,
        ))  # fmt: skip
        self._stream.close()

    def _cut_short(self, reason: str) -> None:
        """Nothing is due from now on, and nobody waits for replies."""
        self._reason = reason
        self._session.end = min(self._session.end, self._session.now())
        self._stop.set()

    def _behaviour_broke(self, exception: BaseException, **_others: Any) -> None:
        """A bug in a behaviour says nothing about the system: the run ends, as an error."""
        self._session.behaviour_errors.append(repr(exception))
        self._cut_short("behaviour-error")

    def _operations(self) -> list[str]:
        return list(dict.fromkeys(op for user in self._users for op in user.operations))

    def _facts(self) -> dict[str, Any]:
        """The workload model, for the report."""
        config = self._config
        return {
            "model": config.schedule,
            "think_time": {"min": config.think_min, "max": config.think_max, "distribution": "uniform"},
            "users": config.users,
            "behaviour": config.module.rpartition(".")[2],
            "operations": self._operations(),
            "ramp": (config.users - 1) / config.spawn_rate,
            "warm_up": config.warm_up,
            "duration": config.end - config.begin,
            "timeout": config.timeout,
            "seed": config.seed,
            "generator": f"locust {locust_version}, FastHttpUser, 1 process",
        }


def user_classes(module_name: str) -> Sequence[type[PacedUser]]:
    """The user classes that a behaviour's module defines itself. Raises ValueError when there is none to run."""
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise ValueError(f"the behaviour {module_name} cannot be imported: {error}") from error
    found = [
        value for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, PacedUser) and not value.abstract and value.__module__ == module_name
    ]  # fmt: skip
    if not found or not all(user.operations for user in found):
        raise ValueError(f"{module_name} defines no PacedUser with abstract = False and operations")
    return found


def refuse(sentence: str) -> NoReturn:
    """One sentence on stderr, exit code 2."""
    print(f"load generator: {sentence}", file=sys.stderr)
    sys.exit(2)


def main(argv: list[str]) -> None:
    """Reads the configuration, runs the load. See the module's docstring."""
    if len(argv) != 1:
        refuse("expected one argument, the configuration file")
    path = Path(argv[0])
    try:
        config = ChildConfig.model_validate_json(path.read_bytes())
        users = user_classes(config.module)
    except OSError as error:
        refuse(f"cannot read its configuration: {error}")
    except ValidationError as error:
        first = error.errors()[0]
        refuse(f"{path.name}: {'.'.join(map(str, first['loc'])) or 'configuration'}: {first['msg']}")
    except ValueError as error:
        refuse(str(error))
    LoadRun(config, path.parent, users).run()


if __name__ == "__main__":
    main(sys.argv[1:])
