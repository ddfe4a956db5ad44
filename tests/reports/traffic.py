"""Plausible traffic and readings from a seeded generator, as the load suite and the sampler emit them."""

from __future__ import annotations

import csv
import gzip
import io
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

from harness.measure.histogram import encode, new_histogram, record
from harness.model.observation import Measurement, Observation

OPERATIONS = {"home": (0.018, 2.0), "openCalendar": (0.042, 3.0), "addEvent": (0.061, 2.0), "deleteEvent": (0.055, 1.0)}
SERVICES = {"api": (0.55, 180), "worker": (0.12, 140), "postgresql": (0.31, 96), "valkey": (0.04, 14)}
COLUMNS = ("op", "due", "started", "ended", "outcome", "free", "phase")


@dataclass(frozen=True)
class Request:
    """One line of the raw file; seconds since the method began."""

    op: str
    due: float
    started: float
    ended: float
    outcome: str
    phase: str = "measured"

    @property
    def counts(self) -> bool:
        return self.phase == "measured" and self.outcome != "unfinished"


def make_requests(seed: int, seconds: int, users: int, slow: float = 1.0, failing: float = 0.0) -> list[Request]:
    """Ramp over the first tenth (half of it is warm-up), log-normal latencies, a hump two thirds in."""
    rng = random.Random(seed)  # noqa: S311
    made: list[Request] = []
    for second in range(seconds):
        active = users * min(1.0, (second + 1) / max(1.0, seconds / 10))
        hump = 1 + 1.6 * math.exp(-(((second - seconds * 0.66) / (seconds * 0.05)) ** 2))
        for op, (median, weight) in OPERATIONS.items():
            for _ in range(max(1, round(active * weight / 10 * rng.uniform(0.85, 1.15)))):
                due = second + rng.random()
                started = due + rng.expovariate(1 / 0.0015)
                ended = started + median * hump * slow * rng.lognormvariate(0, 0.45)
                outcome = "ok"
                if op == "addEvent" and rng.random() < failing:
                    outcome = "http-500" if rng.random() < 0.8 else "timeout"
                if ended > seconds + 0.5:
                    outcome = "unfinished"
                phase = "warm-up" if due < seconds / 20 else "measured"
                made.append(Request(op, round(due, 6), round(started, 6), round(ended, 6), outcome, phase))
    return made


def raw_csv(rows: Iterable[Request]) -> bytes:
    """`samples.csv.gz` of these requests."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for r in rows:
        times = (f"{t:.6f}" for t in (r.due, r.started, r.ended))
        writer.writerow([r.op, *times, r.outcome, f"{r.due:.6f}", r.phase])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def emitted(rows: Iterable[Request], scenario: str) -> list[Observation]:
    """What the load suite emits for these requests: per operation and second in which they were due."""
    cells: dict[tuple[int, str], list[Request]] = {}
    for r in rows:
        if r.counts:
            cells.setdefault((int(r.due), r.op), []).append(r)
    out: list[Observation] = []
    for (second, op), group in sorted(cells.items()):

        def add(
            metric: str,
            value: float | None,
            count: int,
            histogram: str | None = None,
            _at: tuple[int, str] = (second, op),
            **labels: str,
        ) -> None:
            out.append(
                Measurement(scenario=scenario, metric=metric, t=float(_at[0]), value=value, count=count,
                            histogram=histogram, labels={"op": _at[1], **labels})
            )  # fmt: skip

        good = [r for r in group if r.outcome == "ok"]
        if good:
            latency = new_histogram()
            for r in good:
                record(latency, r.ended - r.due)
            add("http.latency", None, len(good), encode(latency))
        add("http.requests", len(group), len(group))
        add("http.error_rate", len(group) - len(good), len(group))
        for kind in sorted({r.outcome for r in group} - {"ok"}):
            number = sum(r.outcome == kind for r in group)
            add("http.errors", number, number, kind=kind)
    return out


def readings(seed: int, seconds: int, users: int, scenario: str) -> list[Observation]:
    """Readings of the generator and of the services, once a second."""
    rng = random.Random(seed + 1)  # noqa: S311
    out: list[Observation] = []

    def add(t: int, metric: str, value: float, **labels: str) -> None:
        out.append(Measurement(scenario=scenario, metric=metric, t=float(t), value=value, labels=labels))

    for t in range(seconds):
        share = min(1.0, (t + 1) / max(1.0, seconds / 10))
        lag = new_histogram()
        for _ in range(40):
            record(lag, abs(rng.gauss(0.0015, 0.0005)))
        out.append(Measurement(scenario=scenario, metric="generator.lag", t=float(t), count=40, histogram=encode(lag)))
        add(t, "load.users", round(users * share))
        add(t, "generator.cpu", 0.22 * share + rng.uniform(0, 0.04))
        add(t, "generator.memory", (88 + 4 * share) * 2**20)
        for service, (cpu, memory) in SERVICES.items():
            add(t, "resource.cpu", cpu * share * rng.uniform(0.8, 1.2), service=service)
            add(t, "resource.memory", (memory + t * 0.05) * 2**20, service=service)
        add(t, "db.connections", 4 + round(8 * share * rng.random()), state="active")
        add(t, "db.connections", 6, state="idle")
        add(t, "db.pool.in_use", round(9 * share * rng.random()))
        add(t, "db.pool.size", 10)
        add(t, "db.pool.waiting", 0)
        add(t, "queue.depth", max(0, round(rng.gauss(3 * share, 1.5))), queue="pdf")
    return out
