"""Times `judge` over a million observations beside `json.loads` of the same lines: a ratio holds on any machine.

make bench-judge
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path

from harness.cli.rejudge import judge_folder
from harness.model.observation import Measurement
from harness.store.folder import OBSERVATIONS, RunFolder
from tests.builders import CPU, ERRORS, around, errors, expectation, plan, scenario

COUNT = 1_000_000


def main() -> None:
    """Writes a run of a million observations, judges it, prints seconds and the ratio."""
    rng = random.Random(1)  # noqa: S311  no secret
    planned = plan(
        scenario(expectation(ERRORS, "ratio", "== 0"), expectation(CPU, "p95", "< 200%", labels={"service": "a*"}))
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = RunFolder.create(Path(scratch), planned)
        for one in around(errors(0, 1))[:-2]:
            folder.append(one)
        for i in range(COUNT):
            labels = {"service": "api"} if i % 2 else {"op": "calendar.read"}
            metric, value = (CPU.name, rng.random()) if i % 2 else (ERRORS.name, 0.0)
            folder.append(Measurement(scenario="s1", metric=metric, t=i / 1000, value=value, labels=labels))
        for one in around()[-3:]:
            folder.append(one)
        folder.close()
        started = time.perf_counter()
        lines = (folder.path / OBSERVATIONS).read_bytes().splitlines()
        for line in lines:
            json.loads(line)
        plain = time.perf_counter() - started
        started = time.perf_counter()
        record = judge_folder(folder.path)
        judged = time.perf_counter() - started
    print(f"judge of {record.observations:,} observations: {judged:.2f} s, verdict {record.status}")
    print(f"json.loads of the same lines, one by one: {plain:.2f} s; ratio {judged / plain:.2f}")


if __name__ == "__main__":
    main()
