"""The status board: a thread looks after each part now and then; the page shows what it saw last."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime

import httpx

from system_under_test.db.engine import Database
from system_under_test.flags.service import Flags
from system_under_test.settings import AppSettings
from system_under_test.status.checks import ANSWER_SECONDS, Check, all_checks
from system_under_test.status.states import Finding, State
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.worker.queue import QueueGauge

log = get_logger(__name__)

ROUND_SECONDS = 20.0
DEADLINE_SECONDS = 5.0
# What was seen longer ago than this says nothing about now.
STALE_SECONDS = 90.0
UNSEEN = "We could not look just now."


class StatusBoard(threading.Thread):
    """Looks every twenty seconds, at all parts at once, and gives up on each after five."""

    def __init__(self, settings: AppSettings, database: Database, gauge: QueueGauge, flags: Flags) -> None:
        super().__init__(name="status-board", daemon=True)
        self._client = httpx.Client(timeout=ANSWER_SECONDS)
        self._checks = all_checks(settings, database, gauge, flags, self._client)
        self._findings = {
            name: Finding(name, title, State.UNKNOWN, UNSEEN, None) for name, (title, _) in self._checks.items()
        }
        self._running: dict[str, Future[tuple[State, str]]] = {}
        self._threads = ThreadPoolExecutor(len(self._checks), thread_name_prefix="status")
        self._stopping = threading.Event()

    def findings(self) -> list[Finding]:
        """Return what was seen last; costs nothing and waits for nobody."""
        now = datetime.now(UTC)
        return [self._as_of(finding, now) for finding in self._findings.values()]

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(ROUND_SECONDS)

    def look(self) -> None:
        """Look at every part once; takes at most five seconds."""
        for name, (_, check) in self._checks.items():
            # One that still hangs since the last round is not started a second time.
            if name not in self._running:
                self._running[name] = self._threads.submit(self._timed, name, check)
        wait(self._running.values(), DEADLINE_SECONDS)
        for name, future in list(self._running.items()):
            if future.done():
                del self._running[name]
                self._note(name, future)

    def stop(self) -> None:
        """End soon; a check under way is not waited for."""
        self._stopping.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _timed(self, name: str, check: Check) -> tuple[State, str]:
        started = time.monotonic()
        state, message = check()
        took = round(time.monotonic() - started, 2)
        if state is not self._findings[name].state:
            log.info("status_changed", part=name, state=str(state), seconds=took)
        return state, message

    def _note(self, name: str, future: Future[tuple[State, str]]) -> None:
        title, _ = self._checks[name]
        fault = None if future.cancelled() else future.exception()
        if future.cancelled() or fault is not None:
            if fault is not None and not self._stopping.is_set():
                log.error("status_check_broken", part=name, error=describe_fault(fault))
            return
        state, message = future.result()
        self._findings[name] = Finding(name, title, state, message, datetime.now(UTC))

    @staticmethod
    def _as_of(finding: Finding, now: datetime) -> Finding:
        if finding.checked_at is None or (now - finding.checked_at).total_seconds() <= STALE_SECONDS:
            return finding
        return Finding(finding.name, finding.title, State.UNKNOWN, UNSEEN, finding.checked_at)
