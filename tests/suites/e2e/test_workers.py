"""Several processes share the journeys of one step, round after round; no walk is lost, and none is done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from harness.model.errors import SuiteError, TargetError
from harness.model.observation import CheckResult, Measurement
from harness.model.plan import Step
from harness.ports.suite import ToolResult
from suites.e2e.children import Child
from suites.e2e.recorder import claim
from suites.e2e.round import Round
from suites.e2e.suite import EndToEndSuite
from tests.suites.context import FakeContext
from tests.suites.e2e.conftest import FAILS, MARK, PASSES, Walk, make

NAMES = ("tea", "milk", "sugar", "lemon")
# Each journey says that it is there and goes on when its neighbour is there too: one process alone would wait for ever.
TOGETHER = (
    MARK
    + """    import pathlib
    with step('meet'):
        here = pathlib.Path({folder!r})
        (here / {id!r}).touch()
        while not (here / {other!r}).exists():
            time.sleep(0.01)
"""
)
# Fails in the rounds whose numbers it is given; rounds are counted in a file.
SOMETIMES = (
    MARK
    + """    import pathlib
    count = pathlib.Path({folder!r}) / 'count'
    now = int(count.read_text()) + 1 if count.exists() else 1
    count.write_text(str(now))
    with step('one'):
        {how}
"""
)


def together(folder: Path) -> str:
    return "".join(
        TOGETHER.format(id=name, other=other, test=f"test_{name}", folder=str(folder))
        for name, other in (("tea", "milk"), ("milk", "tea"))
    )


def test_two_at_the_same_time(walk: Walk, tmp_path: Path) -> None:
    seen = walk(together(tmp_path), "tea", "milk", timeout="30s")
    assert {c.check: c.outcome for c in seen.of(CheckResult)} == dict.fromkeys(
        ("tea", "milk", "tea/meet", "milk/meet"), "passed"
    )
    assert len(seen.tools) == 2
    assert (seen.receipt().required, seen.receipt().seen, seen.receipt().skipped) == (2, 2, [])


def test_one_process_when_one_is_asked_for(walk: Walk, tmp_path: Path) -> None:
    seen = walk("".join(PASSES.format(id=n, test=f"test_{n}") for n in NAMES), *NAMES, workers=1)
    assert len(seen.tools) == 1
    assert sorted(c.check for c in seen.of(CheckResult) if "/" not in c.check) == sorted(NAMES)


def test_no_more_processes_than_journeys(walk: Walk) -> None:
    assert len(walk(PASSES.format(id="tea", test="test_tea"), workers=8).tools) == 1


def test_every_journey_is_walked_by_exactly_one_and_has_its_evidence(walk: Walk) -> None:
    source = "".join(FAILS.format(id=name, test=f"test_{name}") for name in NAMES)
    seen = walk(source, *NAMES, workers=3)
    checks = [c for c in seen.of(CheckResult) if "/" not in c.check]
    assert sorted(c.check for c in checks) == sorted(NAMES)
    for check in checks:
        assert all((seen.root / path).is_file() for path in check.evidence)
        assert {Path(path).parent.name for path in check.evidence} == {check.check}
    assert not list(seen.evidence.glob("**/claims"))


def test_they_are_walked_in_the_order_of_the_selection(walk: Walk) -> None:
    seen = walk("".join(PASSES.format(id=n, test=f"test_{n}") for n in NAMES), *reversed(NAMES), workers=1)
    assert [c.check for c in seen.of(CheckResult) if "/" not in c.check] == list(reversed(NAMES))


def test_a_journey_is_claimed_once(tmp_path: Path) -> None:
    barrier, got = threading.Barrier(8), list[bool]()

    def take() -> None:
        barrier.wait()
        got.append(claim(tmp_path, "tea"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


def test_what_a_module_keeps_open_is_closed_before_another_module(walk: Walk, tmp_path: Path) -> None:
    """The journey after the first is somebody else's: its module may not stay open."""
    other = tmp_path / "journeys" / "test_other.py"
    other.write_text(PASSES.format(id="lemon", test="test_lemon"))
    first, second = (PASSES.format(id=name, test=f"test_{name}") for name in ("tea", "milk"))
    taken = "@pytest.fixture(scope='module', autouse=True)\ndef kept(request):\n    import pathlib\n"
    taken += (
        "    claims = pathlib.Path(request.config.getoption('--claims'))\n    (claims / 'milk').touch()\n    yield\n"
    )
    seen = walk(f"{first}{taken}{second}", "tea", "milk", "lemon", workers=1)
    assert [c.check for c in seen.of(CheckResult) if "/" not in c.check] == ["tea", "lemon"]
    assert seen.receipt().skipped == ["milk: nobody walked it"]


def test_one_of_two_processes_dies(walk: Walk, tmp_path: Path) -> None:
    dies = MARK.format(id="tea", test="test_tea") + "    os.kill(os.getpid(), signal.SIGKILL)\n"
    context = make(tmp_path)
    with pytest.raises(SuiteError, match=r"killed by signal 9.*while tea was walked"):
        walk(dies + PASSES.format(id="milk", test="test_milk"), "tea", "milk", context=context)
    assert context.check("milk").outcome == "passed"
    assert (context.receipt().required, context.receipt().seen, context.receipt().complete) == (2, 1, False)


def test_every_round_counts(walk: Walk, tmp_path: Path) -> None:
    source = SOMETIMES.format(id="tea", test="test_tea", folder=str(tmp_path), how="assert now != 2, 'now and then'")
    seen = walk(source, times=3)
    assert [c.outcome for c in seen.of(CheckResult) if c.check == "tea"] == ["passed", "failed", "passed"]
    assert len([m for m in seen.of(Measurement) if m.metric == "e2e.duration"]) == 3
    assert (seen.receipt().required, seen.receipt().seen, seen.receipt().complete) == (3, 3, True)
    assert len({path for c in seen.of(CheckResult) for path in c.evidence}) == 2  # failure.txt and shop.log of round 2
    assert {Path(path).parts[2] for c in seen.of(CheckResult) for path in c.evidence} == {"w-02"}


def test_what_passed_is_kept_of_the_first_round_alone(walk: Walk) -> None:
    source = PASSES.format(id="tea", test="test_tea").replace("(step)", "(step, journey)")
    source += "    journey.folder.mkdir()\n    made = journey.folder / 'note.txt'\n    made.write_text('x')\n"
    seen = walk(source + "    journey.evidence.append(made)\n", times=2)
    checks = [c for c in seen.of(CheckResult) if c.check == "tea"]
    assert [c.evidence for c in checks] == [["evidence/scenario/w-01/worker-1/tea/note.txt"], []]
    assert [str(path.relative_to(seen.evidence)) for path in seen.evidence.rglob("note.txt")] == [
        "w-01/worker-1/tea/note.txt"
    ]


def test_a_round_without_an_answer_is_named(walk: Walk, tmp_path: Path) -> None:
    how = "if now == 2: pytest.skip('tired')"
    seen = walk(SOMETIMES.format(id="tea", test="test_tea", folder=str(tmp_path), how=how), times=3)
    assert (seen.receipt().required, seen.receipt().seen) == (3, 2)
    assert seen.receipt().skipped == ["tea in round 2: skipped: at step “one”: tired"]


def test_a_stop_leaves_out_the_rounds_that_follow(walk: Walk, tmp_path: Path) -> None:
    context = make(tmp_path)

    def stop(child: Popen[bytes]) -> None:
        if (tmp_path / "evidence/scenario/w-02/worker-1/results.ndjson").exists():
            context.stop = "aborted"

    context._during = stop
    how = "time.sleep(60 if now > 1 else 0)"
    source = SOMETIMES.format(id="tea", test="test_tea", folder=str(tmp_path), how=how)
    seen = walk(source, context=context, times=4)
    assert [c.outcome for c in seen.of(CheckResult) if c.check == "tea"] == ["passed"]
    missing = seen.receipt().skipped
    assert missing[0] == "tea in round 2: stopped: aborted"
    assert missing[1:] == [f"w-{n:02d}: the run was stopped: aborted" for n in (3, 4)]


def test_the_standing_expectation_counts_rounds() -> None:
    step = Step(id="a", kind="journeys", params={"select": ["x", "y"], "times": 20})
    (standing,) = EndToEndSuite.spec.standing([step])
    assert standing.min_samples == 40


def test_two_engines_or_windows_are_two_checks(walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("suites.e2e.suite.find_browser", lambda settings, engine: Path("/somewhere") / engine)
    seen = walk(PASSES.format(id="tea", test="test_tea"), engine="firefox", viewport="phone")
    assert {c.check for c in seen.of(CheckResult)} == {"tea@firefox@phone", "tea@firefox@phone/one"}
    assert seen.receipt().detector == "playwright firefox"
    assert "--engine=firefox" in seen.tools[0]
    assert "--browser-path=/somewhere/firefox" in seen.tools[0]


LOGS = {
    "api": '{"event": "boom", "level": "error", "request_id": "r1", "trace_id": "t1"}\n',
}
Logs = Any


@pytest.mark.parametrize(
    ("logs", "sentence"),
    [
        (LOGS, "the shop logged nothing about the requests of this step"),
        ({}, "this target gives no logs"),
        (TargetError("the cluster is gone"), "the shop's logs could not be had: the cluster is gone"),
    ],
)
def test_a_failure_without_a_line_of_the_shop_says_so(walk: Walk, tmp_path: Path, logs: Logs, sentence: str) -> None:
    seen = walk(FAILS.format(id="tea", test="test_tea"), context=make(tmp_path, logs=logs))
    (path,) = [path for path in seen.check("tea").evidence if path.endswith("shop.log")]
    assert sentence in (seen.root / path).read_text()
    assert not (seen.evidence / "w" / "logs").exists()


def test_logs_are_collected_for_failures_only_and_not_for_ever(walk: Walk, tmp_path: Path) -> None:
    passes: Callable[[], FakeContext] = lambda: walk(PASSES.format(id="tea", test="test_tea"), times=2)  # noqa: E731
    assert passes().collected == 0
    again = tmp_path / "again"
    again.mkdir()
    seen = walk(FAILS.format(id="tea", test="test_tea"), context=make(again, logs=LOGS), times=5)
    assert seen.collected == 3
    last = [c for c in seen.of(CheckResult) if c.check == "tea"][-1].evidence[-1]
    assert "not collected: earlier rounds have failed too" in (seen.root / last).read_text()


def test_two_accounts_of_one_journey_are_an_error(tmp_path: Path) -> None:
    """Should claims ever fail: both walked, so neither word counts."""
    context = make(tmp_path)
    raw = (Path(__file__).parent / "golden" / "mixed.ndjson").read_text(encoding="utf-8")
    result = ToolResult((), 1, context.evidence / "pytest.log")
    children = [Child(context.evidence / f"worker-{n}", result, raw, 0.0) for n in (1, 2)]
    told = Round(context)
    told.read(children, ["guest-calendar", "checkout", "admin"])
    assert told.trouble is not None
    assert "guest-calendar unasked, or twice" in told.trouble.what
