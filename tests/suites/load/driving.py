"""Runs loads for tests: through the suite, or the child alone with a behaviour of the tests' own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from harness.measure.series import Series
from harness.model.observation import Measurement, Observation, Receipt
from suites.load.metrics import LOAD_METRICS
from suites.load.parse import parse
from suites.load.samples import Sample, read_samples
from suites.load.suite import PROJECT, LoadSuite
from suites.load.wire import ChildConfig
from tests.suites.context import FakeContext, planned

BEHAVIOURS = Path(__file__).parent / "behaviours"


class Load:
    """What one load left behind."""

    def __init__(self, observations: Iterable[Observation], evidence: Path) -> None:
        self.seen, self.evidence = list(observations), evidence

    def measurements(self, metric: str, **labels: str) -> list[Measurement]:
        """Those of one metric whose labels are these."""
        return [
            one for one in self.seen
            if isinstance(one, Measurement) and one.metric == metric and labels.items() <= one.labels.items()
        ]  # fmt: skip

    def figure(self, metric: str, statistic: str, **labels: str) -> float | None:
        """A statistic, as the judge computes it."""
        series = Series({spec.name: spec for spec in LOAD_METRICS}[metric])
        for one in self.measurements(metric, **labels):
            series.add(one)
        return series.statistic(statistic)

    def receipt(self, item: str) -> Receipt:
        """The receipt of users, operations or requests."""
        (found,) = [one for one in self.seen if isinstance(one, Receipt) and one.item == item]
        return found

    def samples(self) -> list[Sample]:
        """The raw evidence."""
        return read_samples(self.evidence / "samples.csv.gz")

    def failures(self) -> set[tuple[str, str]]:
        """(operation, kind) of every failure seen."""
        return {(one.labels["op"], one.labels["kind"]) for one in self.measurements("http.errors")}


def run_load(
    url: str,
    root: Path,
    *,
    duration: float,
    during: Callable[[FakeContext, subprocess.Popen[bytes]], None] | None = None,
    **params: Any,
) -> Load:
    """A load through the suite, with a real child."""
    context = FakeContext(root, {"api": url}, during=lambda child: during(context, child) if during else None)
    return run_in(context, duration=duration, **params)


def run_in(context: FakeContext, *, duration: float, **params: Any) -> Load:
    """The same in a context of the caller's; what was emitted stays there when the suite raises."""
    step = {"behaviour": "calendar_crud", "users": 5, "spawn_rate": 50.0, "think_time": {"min": 0.02, "max": 0.06}}
    LoadSuite().run(planned("load", [{"load": {**step, **params}}], duration=duration), context)
    return Load(context.seen, context.evidence)


def child_config(url: str, module: str, **more: Any) -> ChildConfig:
    """A small configuration; times count from now."""
    fields: dict[str, Any] = {
        "host": url, "module": module, "users": 4, "spawn_rate": 50.0, "think_min": 0.01, "think_max": 0.03,
        "schedule": "closed", "end": 2.5, "timeout": 5.0, "epoch": time.time(), "seed": 7,
    }  # fmt: skip
    return ChildConfig(**{**fields, **more})


def run_child(config: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The child alone, with this text as its configuration."""
    path = folder / "config.json"
    path.write_text(config)
    search = os.pathsep.join([str(PROJECT), str(BEHAVIOURS)])
    return subprocess.run(
        [sys.executable, "-m", "suites.load.locust_child", str(path)],
        env={**os.environ, "PYTHONPATH": search}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def parsed(folder: Path) -> Load:
    """What the stream in `folder` says. Raises SuiteError like the suite."""
    with (folder / "load.ndjson").open(encoding="utf-8", newline="\n") as lines:
        return Load(parse(lines, "under-test", "load.ndjson"), folder)
