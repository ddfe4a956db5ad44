"""The child's stream: a golden file, and every way in which one can be broken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.errors import SuiteError
from harness.model.observation import Measurement, Observation, Phase, Receipt
from suites.load.parse import parse

GOLDEN = (Path(__file__).parent / "golden" / "stream.ndjson").read_text().splitlines(keepends=True)


def observe(lines: list[str]) -> list[Observation]:
    return list(parse(lines, "baseline", "load.ndjson"))


def test_golden_stream() -> None:
    seen = observe(GOLDEN)
    assert Counter(one.metric if isinstance(one, Measurement) else one.kind for one in seen) == {
        "phase": 1, "http.latency": 21, "http.service_time": 21, "http.requests": 21, "http.error_rate": 21,
        "http.errors": 2, "load.warmup_requests": 6, "load.users": 1, "generator.cpu": 1, "generator.memory": 1,
        "generator.lag": 3, "receipt": 4,
    }  # fmt: skip
    assert all(one.scenario == "baseline" for one in seen)


def test_golden_figures() -> None:
    seen = [one for one in observe(GOLDEN) if isinstance(one, Measurement) and one.labels.get("op") == "event.add"]
    by_metric = {one.metric: one for one in seen if one.t == 1.0}
    assert by_metric["http.latency"].count == 14
    assert by_metric["http.requests"].value == 16
    assert (by_metric["http.error_rate"].value, by_metric["http.error_rate"].count) == (2, 16)
    errors = [(one.labels["kind"], one.t, one.value) for one in seen if one.metric == "http.errors"]
    assert errors == [("http:503", 1.0, 2), ("http:503", 2.0, 1)]
    warm_up = [one.value for one in seen if one.metric == "load.warmup_requests"]
    assert warm_up == [7]


def test_golden_workload_and_receipts() -> None:
    seen = observe(GOLDEN)
    (phase,) = [one for one in seen if isinstance(one, Phase)]
    assert (phase.name, phase.state, phase.facts["model"]) == ("scenario", "started", "closed")
    receipts = [one for one in seen if isinstance(one, Receipt)]
    assert [(r.item, r.required, r.seen, r.complete) for r in receipts] == [
        ("users", 2, 2, True), ("user-seconds", 4.3, 4.7, True), ("operations", 9, 9, True), ("requests", 81, 81, True),
    ]  # fmt: skip


def changed(number: int, **fields: Any) -> list[str]:
    """The golden stream with other fields in one line, counted from 0."""
    line = {**json.loads(GOLDEN[number]), **fields}
    return [*GOLDEN[:number], json.dumps(line) + "\n", *GOLDEN[number + 1 :]]


def with_summary(**fields: Any) -> list[str]:
    return [*GOLDEN[:-1], json.dumps({**json.loads(GOLDEN[-1]), **fields}) + "\n"]


def test_receipts_tell_of_half_the_users_operations_never_seen_and_no_load_at_all() -> None:
    def receipts(lines: list[str]) -> dict[str, Receipt]:
        return {one.item: one for one in observe(lines) if isinstance(one, Receipt)}

    half = receipts(with_summary(users_planned=4))["users"]
    assert (half.required, half.seen, half.complete) == (4, 2, False)
    unseen = receipts(with_summary(operations=[*json.loads(GOLDEN[-1])["operations"], "order.place"]))["operations"]
    assert not unseen.complete
    assert "order.place" in unseen.skipped[0]
    assert not receipts(with_summary(user_seconds=2.4))["user-seconds"].complete, "the users left halfway"
    idle = {"lines": 1, "users_peak": 0, "user_seconds": 0.0, "due": 0, "completed": 0, "measured": {}}
    nothing = receipts([GOLDEN[0], *with_summary(**idle)[-1:]])
    assert {item: one.complete for item, one in nothing.items()} == {
        "users": False, "user-seconds": False, "operations": False, "requests": False,
    }  # fmt: skip
    assert not receipts(with_summary(due=82, unfinished=1))["requests"].complete
    assert not receipts(with_summary(operations=[]))["operations"].complete


BROKEN: list[tuple[str, Callable[[], list[str]], str, int]] = [
    ("empty file", list, "ends without a summary", 0),
    ("no summary", lambda: GOLDEN[:-1], "ends without a summary", 32),
    ("cut off in the last line", lambda: [*GOLDEN[:-1], GOLDEN[-1][:40]], "cut off", 33),
    ("whole last line without its end", lambda: [*GOLDEN[:-1], GOLDEN[-1].rstrip()], "cut off", 33),
    ("no JSON", lambda: [GOLDEN[0], "Traceback (most recent call last):\n", *GOLDEN[1:]], "not a line", 2),
    ("empty line", lambda: [GOLDEN[0], "\n", *GOLDEN[1:]], "not a line", 2),
    ("unknown kind", lambda: changed(3, kind="other"), "not a line", 4),
    ("unknown field", lambda: changed(3, colour="red"), "not a line", 4),
    ("negative count", lambda: changed(3, ok=-1), "not a line", 4),
    ("no histogram", lambda: changed(3, latency="HISTnonsense"), "not an HdrHistogram", 4),
    ("fewer samples than said", lambda: changed(1, ok=4), "holds 3 samples, the line says 4", 2),
    ("successes without histogram", lambda: changed(1, service=None), "holds 0 samples, the line says 3", 2),
    ("a line lost", lambda: [*GOLDEN[:5], *GOLDEN[6:]], "tells of 32 lines before it, there are 31", 32),
    ("a failure lost", lambda: changed(11, failed={}), "tells of 81 requests", 33),
    ("written twice", lambda: [*GOLDEN, GOLDEN[1]], "after the summary", 34),
]


@pytest.mark.parametrize(("make", "complaint", "line"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_stream_is_an_error_that_names_file_and_line(
    make: Callable[[], list[str]], complaint: str, line: int
) -> None:
    with pytest.raises(SuiteError, match=complaint) as caught:
        observe(make())
    assert caught.value.where == f"load.ndjson:{line}"


def test_a_broken_behaviour_is_an_error() -> None:
    with pytest.raises(SuiteError, match="KeyError"):
        observe(with_summary(behaviour_errors=["KeyError('id')"], end_reason="behaviour-error"))
