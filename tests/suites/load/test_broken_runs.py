"""Loads that did not happen as planned: never silent, never green."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import Measurement
from harness.ports.suite import ToolResult
from suites.load.suite import LoadSuite
from tests.suites.context import FakeContext, planned
from tests.suites.load.driving import child_config, parsed, run_child, run_in, run_load
from tests.suites.load.fakes.faults import Fault
from tests.suites.load.fakes.shop import FakeShop

CRUD = "suites.load.users.calendar_crud"


def test_a_killed_generator_is_an_error_and_leaves_what_it_had(shop: FakeShop, tmp_path: Path) -> None:
    def kill(context: FakeContext, child: subprocess.Popen[bytes]) -> None:
        if len(context.of(Measurement)) > 50:
            os.kill(child.pid, signal.SIGKILL)

    context = FakeContext(tmp_path, {"api": shop.url}, during=lambda child: kill(context, child))
    with pytest.raises(SuiteError, match="exit code -9"):
        run_in(context, duration=30)
    assert context.of(Measurement)
    raw = (context.evidence / "samples.csv.gz").read_bytes()
    assert len(zlib.decompressobj(wbits=31).decompress(raw).decode().splitlines()) > 10


def test_a_generator_that_dies_in_mid_line_with_exit_code_0_is_an_error(shop: FakeShop, tmp_path: Path) -> None:
    class Lying(FakeContext):
        def run_tool(self, argv: Sequence[str], **more: Any) -> ToolResult:
            (self.evidence / "load.ndjson").write_text('{"kind":"workl')
            return ToolResult(tuple(argv), 0, self.evidence / "locust.log")

    with pytest.raises(SuiteError, match="cut off") as caught:
        run_in(Lying(tmp_path, {"api": shop.url}), duration=30)
    assert caught.value.where == "evidence/scenario/load.ndjson:1"


def test_a_generator_that_says_nothing_is_an_error(shop: FakeShop, tmp_path: Path) -> None:
    class Silent(FakeContext):
        def run_tool(self, argv: Sequence[str], **more: Any) -> ToolResult:
            return ToolResult(tuple(argv), 0, self.evidence / "locust.log")

    with pytest.raises(SuiteError, match="without a summary"):
        run_in(Silent(tmp_path, {"api": shop.url}), duration=30)


def test_a_generator_that_does_not_end_is_an_error(shop: FakeShop, tmp_path: Path) -> None:
    class Hasty(FakeContext):
        def run_tool(self, argv: Sequence[str], **more: Any) -> ToolResult:
            return super().run_tool(argv, **{**more, "timeout": 1.5})

    with pytest.raises(SuiteError, match="took too long"):
        run_in(Hasty(tmp_path, {"api": shop.url}), duration=30)


def test_a_stop_ends_the_load_and_shows_what_was_not_done(shop: FakeShop, tmp_path: Path) -> None:
    shop.state.faults.on("AddEvent", Fault(delay=0.8))

    def stop(context: FakeContext, _child: subprocess.Popen[bytes]) -> None:
        if len(context.of(Measurement)) > 20:
            context.stop = "interrupted"

    load = run_load(shop.url, tmp_path, duration=60, users=20, spawn_rate=5.0, during=stop)
    users, requests = load.receipt("users"), load.receipt("requests")
    assert 0 < users.seen < users.required == 20
    assert 0 < requests.seen < requests.required
    outcomes = [one.outcome for one in load.samples()]
    assert outcomes.count("unfinished") == requests.required - requests.seen
    assert len(outcomes) == requests.required


def test_half_the_users_never_started(shop: FakeShop, tmp_path: Path) -> None:
    config = child_config(shop.url, CRUD, users=40, spawn_rate=8.0, end=3.0)
    assert run_child(config.model_dump_json(), tmp_path).returncode == 0
    users = parsed(tmp_path).receipt("users")
    assert (users.required, users.complete) == (40, False)
    assert 0 < users.seen < 40


def test_what_came_due_and_was_never_sent_is_missing_from_the_receipt(shop: FakeShop, tmp_path: Path) -> None:
    shop.state.faults.on("Home", Fault(delay=1.0))
    config = child_config(
        shop.url, CRUD, users=2, schedule="paced", think_min=0.05, think_max=0.05, timeout=0.5, end=3.5
    )  # fmt: skip
    assert run_child(config.model_dump_json(), tmp_path).returncode == 0
    load = parsed(tmp_path)
    requests = load.receipt("requests")
    assert requests.seen == load.figure("http.requests", "sum")
    # Every 50 ms one was due, and the shop let a user send one in 500.
    assert requests.required > 2 * requests.seen > 0


@pytest.mark.parametrize(
    ("duration", "params", "complaint"),
    [
        (20.0, {"users": 500, "spawn_rate": 10.0}, "ramp takes 49.9 s"),
        (20.0, {"warm_up": 20.0}, "warm-up 20 s"),
        (20.0, {"endpoint": "shop"}, "no endpoint 'shop'; there are: api"),
    ],
)
def test_a_load_that_cannot_be_offered_is_refused_before_it_starts(
    tmp_path: Path, duration: float, params: Mapping[str, Any], complaint: str
) -> None:
    context = FakeContext(tmp_path, {"api": "http://127.0.0.1:1"})
    with pytest.raises(SuiteError, match=complaint):
        run_in(context, duration=duration, **params)
    assert context.tools == []


def test_an_endpoint_that_is_no_web_address_and_two_steps_are_refused(tmp_path: Path) -> None:
    context = FakeContext(tmp_path, {"api": "postgresql://127.0.0.1/shop"})
    with pytest.raises(SuiteError, match="host"):
        run_in(context, duration=20)
    step = {"load": {"users": 1, "behaviour": "calendar_crud"}}
    with pytest.raises(SuiteError, match="one load step, this one has 2"):
        LoadSuite().run(planned("load", [step, step]), context)


def test_without_locust_the_tool_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolMissing, match="no load was offered"):
        run_in(FakeContext(tmp_path, {"api": "http://127.0.0.1:1"}), duration=20)


def test_a_configuration_that_the_child_refuses_is_an_error_with_its_sentence(shop: FakeShop, tmp_path: Path) -> None:
    class Meddling(FakeContext):
        def run_tool(self, argv: Sequence[str], **more: Any) -> ToolResult:
            path = Path(argv[-1])
            path.write_text(path.read_text().replace('"users": 5', '"users": 0'))
            return super().run_tool(argv, **more)

    with pytest.raises(SuiteError, match=r"load-config.json: users: Input should be greater than or equal to 1"):
        run_in(Meddling(tmp_path, {"api": shop.url}), duration=20)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ("{", "Invalid JSON"),
        (child_config("http://127.0.0.1:1", "suites.load.users.none").model_dump_json(), "cannot be imported"),
        (child_config("http://127.0.0.1:1", "nobody").model_dump_json(), "defines no PacedUser"),
        (child_config("http://127.0.0.1:1", CRUD).model_dump_json().replace('"end":2.5', '"end":0.0'), "end"),
    ],
)
def test_the_child_refuses_with_one_sentence(tmp_path: Path, config: str, complaint: str) -> None:
    done = run_child(config, tmp_path)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
