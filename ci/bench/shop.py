"""Measures Village Calendar: GraphQL beside bare psycopg handlers in the same server, then PDFs per second per worker.

make bench-shop

Ratios hold on any machine, the seconds beside them only on this one: batches of both kinds alternate, each ratio
is the median over pairs of neighbours, with the smallest and the largest beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import psutil

from harness.targets.embedded import running_postgres, running_valkey
from harness.targets.ports import free_ports

ROOT = Path(__file__).parents[2]
CREATE = "mutation CreateCalendar($input: CreateCalendarInput!) { createCalendar(input: $input) { id } }"
READ = "query Calendar($id: ID!) { calendar(id: $id) { id title year templateSlug events { id date text emoji } } }"
ADD = (
    "mutation AddEvent($calendarId: ID!, $input: AddEventInput!) {"
    " addEvent(calendarId: $calendarId, input: $input) { id date text emoji } }"
)
PDF = "mutation RequestPdf($id: ID!) { requestPdf(calendarId: $id) { id } }"
STATUS = "query PdfJob($id: ID!) { pdfJob(id: $id) { status } }"
EVENT = {"date": "2027-05-17", "text": "Concert in the barn", "emoji": "🎻"}
EVENTS = 30
PATIENCE_SECONDS = 300
EMOJI = "🎂🎻🍓🧺🚲🌻🎃❄🐑🥧"


class Shop:
    """One guest of the running shop, over one kept-alive connection."""

    def __init__(self, port: int, server: psutil.Process) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._server = server
        self._cookie = ""
        self._rng = random.Random(7)  # noqa: S311  no secret

    def post(self, path: str, body: Any) -> Any:
        """Send JSON; return what came back. Raises RuntimeError unless it is a 200 without errors."""
        headers = {"content-type": "application/json", "cookie": self._cookie}
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200 or b'"errors"' in text:
            raise RuntimeError(f"{path} answered {answer.status}: {text[:300]!r}")
        self._cookie = self._cookie or (answer.headers.get("set-cookie") or "").split(";")[0]
        return json.loads(text)["data"]

    def graphql(self, query: str, **variables: Any) -> Any:
        """Run an operation."""
        return self.post("/graphql", {"query": query, "variables": variables})

    def new_calendar(self, events: int = 0) -> str:
        """Make a calendar with so many events of ours; return its id."""
        made = self.graphql(CREATE, input={"templateSlug": "village-year"})["createCalendar"]["id"]
        for _ in range(events):
            self.graphql(ADD, calendarId=made, input=self._other_event())
        return str(made)

    def _other_event(self) -> dict[str, str]:
        # No two calendars alike: the typesetter remembers what it has set before.
        day = date(2027, 1, 1) + timedelta(days=self._rng.randrange(365))
        text = " ".join("".join(self._rng.choices("aeioumnrstl", k=6)) for _ in range(4))
        return {"date": day.isoformat(), "text": text, "emoji": self._rng.choice(EMOJI)}

    def cost(self, work: Callable[[], object], count: int) -> tuple[float, float]:
        """Return seconds of wall clock and of the server's CPU per call of ``work``."""
        before, started = self._cpu(), time.perf_counter()
        for _ in range(count):
            work()
        return (time.perf_counter() - started) / count, (self._cpu() - before) / count

    def _cpu(self) -> float:
        times = self._server.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running_shop(scratch: Path) -> Iterator[tuple[int, psutil.Process, dict[str, str]]]:
    """Bring up database, queue, object store and the server with the bare routes."""
    with ExitStack() as stack:
        database = stack.enter_context(running_postgres(scratch / "postgres"))
        queue = stack.enter_context(running_valkey(scratch / "valkey"))
        storage, port = free_ports(2)
        secret = "only-for-the-benchmark"  # noqa: S105
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SHOP_")},
            "PYTHONPATH": str(ROOT), "SHOP_ENVIRONMENT": "test", "SHOP_DATABASE_URL": database, "SHOP_QUEUE_URL": queue,
            "SHOP_STORAGE_ENDPOINT": f"http://127.0.0.1:{storage}", "SHOP_STORAGE_ACCESS_KEY": "local",
            "SHOP_STORAGE_SECRET_KEY": secret, "SHOP_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SHOP_SESSION_SECRET": secret, "SHOP_TOKEN_SECRET": secret, "SHOP_LINK_SECRET": secret,
            "SHOP_OIDC_CLIENT_ID": "bench", "SHOP_OIDC_CLIENT_SECRET": secret, "SHOP_STRIPE_API_KEY": "sk_test_bench",
            "SHOP_STRIPE_WEBHOOK_SECRET": "whsec_bench_only", "SHOP_SMTP_HOST": "127.0.0.1",
            "SHOP_RATE_LIMITS": "false",
        }  # fmt: skip
        stack.enter_context(_process(env, "-m", "system_under_test.doubles.storage", "--port", str(storage)))
        _await(f"http://127.0.0.1:{storage}/moto-api/")
        subprocess.run(
            [sys.executable, "-m", "system_under_test.db.migrate"], env=env, check=True, stdout=subprocess.DEVNULL
        )
        server = stack.enter_context(_process(env, str(ROOT / "ci/bench/shop_server.py"), "--port", str(port)))
        _await(f"http://127.0.0.1:{port}/readyz")
        yield port, server, env


@contextmanager
def _process(env: dict[str, str], *arguments: str) -> Iterator[psutil.Process]:
    command = [sys.executable, *arguments]
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own interpreter
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _await(url: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > end:
            raise SystemExit(f"nothing answers at {url}")
        time.sleep(0.1)


def compare(
    shop: Shop, title: str, ours: Callable[[], object], bare: Callable[[], object], rounds: int, count: int
) -> None:
    """Run both alternately and print the ratios."""
    pairs = []
    for turn in range(rounds + 1):
        # Who goes first changes every time; the first turn warms caches and connections.
        works = (ours, bare) if turn % 2 else (bare, ours)
        costs = {work: shop.cost(work, count) for work in works}
        if turn:
            pairs.append((costs[ours], costs[bare]))
    for index, what in enumerate(("wall clock", "CPU of the server")):
        ratios = [a[index] / b[index] for a, b in pairs]
        ms = [statistics.median(side[index] for side in sides) * 1000 for sides in zip(*pairs, strict=True)]
        print(
            f"{title:<28} {what:<18} GraphQL ÷ bare = {statistics.median(ratios):.2f}"
            f"  ({min(ratios):.2f} to {max(ratios):.2f}; {ms[0]:.2f} ms ÷ {ms[1]:.2f} ms)"
        )


def measure_requests(port: int, server: psutil.Process, rounds: int, count: int) -> None:
    """Print the ratios of read and write."""
    shop = Shop(port, server)
    calendar = shop.new_calendar(EVENTS)
    given = shop.graphql(READ, id=calendar)
    if given != shop.post("/bare/read", {"id": calendar}):
        raise SystemExit("the bare handler answers something else: the ratio would mean nothing")
    compare(
        shop, f"read, {len(given['calendar']['events'])} events",
        lambda: shop.graphql(READ, id=calendar), lambda: shop.post("/bare/read", {"id": calendar}), rounds, count,
    )  # fmt: skip
    # A calendar holds a thousand events: each side has its own and gets a new one in time.
    mine, theirs = (_Refilled(shop) for _ in range(2))
    compare(
        shop, "write, one event",
        lambda: shop.graphql(ADD, calendarId=mine.id, input=EVENT),
        lambda: shop.post("/bare/add", {"calendarId": theirs.id, "input": EVENT}), rounds, count,
    )  # fmt: skip


class _Refilled:
    def __init__(self, shop: Shop) -> None:
        self._shop, self._used, self._id = shop, 0, shop.new_calendar()

    @property
    def id(self) -> str:
        self._used += 1
        if self._used % 500 == 0:
            self._id = self._shop.new_calendar()
        return self._id


def measure_pdfs(port: int, server: psutil.Process, env: dict[str, str], jobs: int, threads: int) -> None:
    """Order PDFs while no worker runs, then time one worker over all of them."""
    shop = Shop(port, server)
    ids = [shop.graphql(PDF, id=shop.new_calendar(EVENTS))["requestPdf"]["id"] for _ in range(jobs)]
    with _process(env, "-m", "system_under_test.worker", "--threads", str(threads)) as worker:
        _await_done(shop, ids[:1])  # imports and fonts are not what is measured
        before, started, peak = worker.cpu_times(), time.perf_counter(), 0
        for job in ids[1:]:
            while not _is_done(shop, job):
                peak = max(peak, worker.memory_info().rss)
                if time.perf_counter() - started > PATIENCE_SECONDS:
                    raise SystemExit(f"the worker has not made its PDFs within {PATIENCE_SECONDS} s")
                time.sleep(0.02)
        seconds = time.perf_counter() - started
        after = worker.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    print(
        f"{jobs - 1} PDFs, one worker with {threads} threads: {(jobs - 1) / seconds:.1f} per second,"
        f" {seconds:.1f} s in all, {cpu / (jobs - 1):.3f} CPU seconds each, {peak / 2**20:.0f} MiB at most"
    )


def _is_done(shop: Shop, job: str) -> bool:
    status = shop.graphql(STATUS, id=job)["pdfJob"]["status"]
    if status == "FAILED":
        raise SystemExit("a PDF could not be made: the figure would mean nothing")
    return bool(status == "DONE")


def _await_done(shop: Shop, ids: list[str]) -> None:
    end = time.monotonic() + 60
    while not all(_is_done(shop, job) for job in ids):
        if time.monotonic() > end:
            raise SystemExit("the worker made no PDF within a minute")
        time.sleep(0.05)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--count", type=int, default=100, help="requests in a batch")
    parser.add_argument("--jobs", type=int, default=101)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, running_shop(Path(scratch)) as (port, server, env):
        measure_requests(port, server, arguments.rounds, arguments.count)
        for threads in (1, 2):
            measure_pdfs(port, server, env, arguments.jobs, threads)


if __name__ == "__main__":
    main()
