"""Everything that can go wrong with a request, counted by kind, and never as a latency."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.suites.load.driving import Load, run_load
from tests.suites.load.fakes.faults import Fault
from tests.suites.load.fakes.shop import running_shop

WELL = Fault()
FAULTY = {
    "Home": ("page.home", "http:503", Fault(status=503)),
    "CreateCalendar": ("calendar.create", "http:500", Fault(status=500)),
    "AddEvent": ("event.add", "graphql:BAD_INPUT", Fault(graphql_code="BAD_INPUT")),
    "Calendar": ("calendar.read", "wrong-answer", Fault(wrong=True)),
    "Calendars": ("calendar.list", "connection", Fault(drop=True)),
    "UpdateEvent": ("event.update", "timeout", Fault(delay=1.2)),
}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """A shop in which six of nine operations fail now and then, each in its own way."""
    with running_shop() as shop:
        for name, (_, _, fault) in FAULTY.items():
            shop.state.faults.on(name, *([WELL] * 6), fault)
        return run_load(shop.url, tmp_path_factory.mktemp("troubled"), duration=4.5, users=12, timeout=0.6)


def test_each_failure_has_its_kind_and_nothing_else_fails(troubled: Load) -> None:
    assert troubled.failures() == {(op, kind) for op, kind, _ in FAULTY.values()}


def test_failures_are_no_latency_samples(troubled: Load) -> None:
    for op, _, _ in FAULTY.values():
        outcomes = [one.outcome for one in troubled.samples() if one.op == op]
        good = outcomes.count("ok")
        assert 0 < good < len(outcomes)
        assert troubled.figure("http.latency", "count", op=op) == good
        assert troubled.figure("http.error_rate", "ratio", op=op) == pytest.approx(1 - good / len(outcomes))
    assert troubled.figure("http.error_rate", "ratio", op="calendar.delete") == 0


def test_a_timeout_does_not_hold_the_user_up(troubled: Load) -> None:
    late = [one.ended - one.started for one in troubled.samples() if one.outcome == "timeout"]
    assert late
    assert min(late) >= 0.6
    assert troubled.receipt("requests").complete


def test_what_the_system_said_is_kept(troubled: Load) -> None:
    rows = [json.loads(row) for row in (troubled.evidence / "failures.ndjson").read_text().splitlines()]
    said = {row["kind"]: row["detail"] for row in rows}
    assert "BAD_INPUT" in said["graphql:BAD_INPUT"]
    assert "not " in said["wrong-answer"]
    assert "500" in said["http:500"]


def test_a_shop_that_is_down_has_no_latency_at_all(tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port
        load = run_load(f"http://127.0.0.1:{reserved.getsockname()[1]}", tmp_path, duration=3.5)
    assert load.figure("http.error_rate", "ratio") == 1
    assert load.failures() == {("page.home", "refused")}
    assert load.measurements("http.latency") == []
    assert load.measurements("http.service_time") == []
    assert not load.receipt("operations").complete


def test_fast_wrong_answers_are_all_failures(tmp_path: Path) -> None:
    with running_shop() as shop:
        shop.state.faults.on("Templates", Fault(wrong=True))
        load = run_load(shop.url, tmp_path, duration=3.0)
    assert load.figure("http.error_rate", "ratio", op="template.list") == 1
    assert load.figure("http.error_rate", "ratio", op="page.home") == 0
    assert load.failures() == {("template.list", "wrong-answer")}
