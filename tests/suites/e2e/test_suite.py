"""The suite around pytest: no browser is needed for these, and every silence must be loud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import CheckResult
from harness.model.plan import Step
from suites.e2e.suite import EndToEndSuite
from tests.suites.context import FakeContext, planned
from tests.suites.e2e.conftest import FAILS, MARK, PASSES, Walk, make


def test_a_journey_that_passes(walk: Walk) -> None:
    seen = walk(PASSES.format(id="tea", test="test_tea"))
    assert [(c.check, c.outcome) for c in seen.of(CheckResult)] == [("tea/one", "passed"), ("tea", "passed")]
    assert seen.receipt().complete


def test_a_journey_that_fails_names_its_step(walk: Walk) -> None:
    seen = walk(FAILS.format(id="tea", test="test_tea"))
    assert seen.check("tea").message == "at step “one”: expected tea, got coffee"
    assert seen.check("tea/one").message == "expected tea, got coffee"
    assert "evidence/scenario/w/worker-1/tea/failure.txt" in seen.check("tea").evidence
    assert seen.receipt().complete


def test_only_what_is_selected_is_walked(walk: Walk) -> None:
    source = PASSES.format(id="tea", test="test_tea") + FAILS.format(id="milk", test="test_milk")
    assert {c.check for c in walk(source).of(CheckResult)} == {"tea", "tea/one"}
    seen = walk(source, "tea", "milk")
    assert (seen.check("tea").outcome, seen.check("milk").outcome) == ("passed", "failed")
    assert (seen.receipt().required, seen.receipt().seen) == (2, 2)


def test_a_required_journey_that_is_not_there_leaves_the_receipt_open(walk: Walk) -> None:
    seen = walk(PASSES.format(id="tea", test="test_tea"), "tea", "milk")
    assert (seen.receipt().required, seen.receipt().seen) == (2, 1)
    assert seen.receipt().skipped == ["milk: no such journey; there is tea"]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("    pytest.skip('not today')\n", "skipped"),
        ("    with step('a'):\n        {}['x']\n", "errored"),
        ("    pass\n", "errored"),  # no step: it has shown nothing
        ("    with step('a'):\n        pass\n    with step('a'):\n        pass\n", "errored"),
    ],
)
def test_a_journey_without_an_answer_leaves_the_receipt_open(walk: Walk, body: str, outcome: str) -> None:
    seen = walk(MARK.format(id="tea", test="test_tea") + body)
    assert seen.check("tea").outcome == outcome
    assert seen.receipt().complete is False


def test_expected_to_fail_says_nothing(walk: Walk) -> None:
    seen = walk(PASSES.format(id="tea", test="test_tea").replace("@pytest", "@pytest.mark.xfail\n@pytest", 1))
    assert seen.check("tea").outcome == "skipped"
    assert seen.receipt().complete is False


def test_time_is_up(walk: Walk) -> None:
    source = MARK.format(id="tea", test="test_tea") + "    with step('slow'):\n        time.sleep(0.1)\n"
    assert "expected the journey within 0.05 s" in walk(source, timeout="50ms").check("tea").message


BROKEN = {
    "zero collected": ("x = 1\n", "not one journey was collected"),
    "nothing of what is wanted": (PASSES.format(id="milk", test="test_milk"), "not one journey was collected"),
    "collection error": ("import nothing_of_this_name\n", "a journey could not be loaded"),
    "no marker": ("def test_x():\n    pass\n", "pytest did not understand the call"),
    "two of one name": (
        PASSES.format(id="tea", test="test_a") + PASSES.format(id="tea", test="test_b"),
        "pytest did not understand the call",
    ),
    "killed": (
        MARK.format(id="tea", test="test_tea") + "    os.kill(os.getpid(), signal.SIGKILL)\n",
        "killed by signal 9",
    ),
    "left early": (MARK.format(id="tea", test="test_tea") + "    os._exit(0)\n", "ended in the middle while tea"),
    "left at the end": (
        PASSES.format(id="tea", test="test_tea") + "def teardown_module():\n    os._exit(0)\n",
        "ended in the middle",
    ),
    "all passed, exit 1": (
        PASSES.format(id="tea", test="test_tea") + "import atexit; atexit.register(os._exit, 1)\n",
        "exit code and the journeys' results do not agree",
    ),
    "one failed, exit 0": (
        FAILS.format(id="tea", test="test_tea") + "import atexit; atexit.register(os._exit, 0)\n",
        "exit code and the journeys' results do not agree",
    ),
}


@pytest.mark.parametrize(("source", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_nothing_is_silently_fewer(walk: Walk, tmp_path: Path, source: str, sentence: str) -> None:
    context = make(tmp_path)
    with pytest.raises(SuiteError, match=sentence) as caught:
        walk(source, context=context)
    assert caught.value.where == "evidence/scenario/pytest-w-1.log"
    assert context.receipt().complete is False


def test_pytest_killed_from_outside(walk: Walk, tmp_path: Path) -> None:
    def kill(child: subprocess.Popen[bytes]) -> None:
        if (tmp_path / "evidence/scenario/w/worker-1/results.ndjson").exists():
            child.kill()

    source = MARK.format(id="tea", test="test_tea") + "    with step('long'):\n        time.sleep(60)\n"
    with pytest.raises(SuiteError, match="killed by signal 9"):
        walk(source, context=make(tmp_path, during=kill))


def test_more_time_than_the_scenario_has(walk: Walk) -> None:
    source = MARK.format(id="tea", test="test_tea") + "    with step('long'):\n        time.sleep(60)\n"
    with pytest.raises(SuiteError, match="not done in the time that the scenario gives them"):
        walk(source, duration=2)


def test_a_stop_is_no_error_and_leaves_the_receipt_open(walk: Walk, tmp_path: Path) -> None:
    context = make(tmp_path)

    def stop(child: subprocess.Popen[bytes]) -> None:
        if (tmp_path / "evidence/scenario/w/worker-1/results.ndjson").exists():
            context.stop = "api of the target ended"

    context._during = stop
    source = MARK.format(id="tea", test="test_tea") + "    with step('long'):\n        time.sleep(60)\n"
    seen = walk(source, context=context)
    assert seen.receipt().skipped == ["tea: stopped: api of the target ended"]


def test_a_shell_of_its_own_does_not_choose_the_journeys(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing-at-all")
    assert walk(PASSES.format(id="tea", test="test_tea")).check("tea").outcome == "passed"


def test_without_a_browser_pytest_is_not_even_started(tmp_path: Path) -> None:
    context = FakeContext(tmp_path, {"api": "http://127.0.0.1:9"}, {"browser": str(tmp_path / "gone")})
    with pytest.raises(ToolMissing, match="no browser at"):
        EndToEndSuite().run(planned("e2e", [{"journeys": {"select": ["guest-calendar"]}}]), context)
    assert (context.tools, context.seen) == ([], [])


def test_a_target_without_the_endpoint(tmp_path: Path) -> None:
    context = FakeContext(tmp_path, {"other": "http://127.0.0.1:9"}, {"browser": sys.executable})
    with pytest.raises(SuiteError, match="announces no endpoint 'api'"):
        EndToEndSuite().run(planned("e2e", [{"journeys": {"select": ["guest-calendar"]}}]), context)


def test_standing_expectation_counts_every_selected_journey() -> None:
    steps = [
        Step(id="a", kind="journeys", params={"select": ["x", "y"]}),
        Step(id="b", kind="journeys", params={"select": ["z"]}),
    ]
    (standing,) = EndToEndSuite.spec.standing(steps)
    assert (standing.metric, str(standing.pass_), standing.min_samples) == ("check.failed", "== 0", 3)


def test_versions_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "chromium"
    stand_in.write_text("#!/bin/sh\necho Chromium 99.8.7 built on nothing\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("LAUNCHGATE_BROWSER", str(stand_in))
    told = EndToEndSuite().tools()
    assert (told["browser"], told["pytest"]) == ("99.8.7", pytest.__version__)
    stand_in.write_text("#!/bin/sh\nexit 1\n")
    assert EndToEndSuite().tools()["browser"] == "unknown"
    monkeypatch.setenv("LAUNCHGATE_BROWSER", str(tmp_path / "gone"))
    assert EndToEndSuite().tools()["browser"] == "missing"


def test_importing_the_suite_is_cheap() -> None:
    code = "import sys, suites.e2e.suite; print({'pytest', 'playwright'} & set(sys.modules))"
    env = {**os.environ, "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout == "set()\n"
