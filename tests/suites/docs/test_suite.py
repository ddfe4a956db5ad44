"""The suite around the process that looks: most need no browser, and every silence must be loud."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import CheckResult
from harness.model.plan import Step
from suites.docs.suite import DocsSuite
from tests.suites.context import FakeContext, planned
from tests.suites.docs.fake_shop import fake_shop
from tests.suites.docs.samples import sources
from tests.support import needs_browser

FIGURES = [{"id": "look", "figures": {"guides": ["docs/help-center/*.md"]}}]
CHECKS = ["figures/typed/guide", "figures/typed/other", "figures/shown/guide"]
# Stands in for suites.docs.walker: tells what its body says.
HEAD = """
import json, os, signal, sys, time
from pathlib import Path
told = dict(one.lstrip("-").split("=", 1) for one in sys.argv[1:])
plan = json.loads(Path(told["plan"]).read_text())
out = (Path(told["into"]) / "results.ndjson").open("w", buffering=1)
def line(**one): out.write(json.dumps(one) + "\\n")
def check(name, outcome="passed"):
    line(type="check", check=name, outcome=outcome, message=f"{name} it is", at=0.1, seconds=0.2)
line(type="begin", checks=3)
names = ["figures/typed/guide", "figures/typed/other", "figures/shown/guide"]
"""
ALL = "for name in names: check(name)\nline(type='end')\n"
Walk = Callable[..., FakeContext]


def make(root: Path, **more: Any) -> FakeContext:
    context = FakeContext(root / "run", {"api": "http://127.0.0.1:9"}, {"browser": sys.executable}, **more)
    context.access = {"sources": str(sources(root))}
    return context


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Looks with a stand-in; any executable stands in for the browser that nobody opens."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def run(body: str, *, context: FakeContext | None = None, duration: float = 60, **more: Any) -> FakeContext:
        (tmp_path / "stand_in_walker.py").write_text(HEAD + body, encoding="utf-8")
        context = context or make(tmp_path)
        DocsSuite("stand_in_walker").run(planned("docs", more.get("steps", FIGURES), duration=duration), context)
        return context

    return run


def test_what_was_seen_is_told_with_the_plan_beside_it(walk: Walk) -> None:
    seen = walk("check(names[0], 'failed')\nfor name in names[1:]: check(name)\nline(type='end')\nsys.exit(1)\n")
    assert [(one.check, one.outcome) for one in seen.of(CheckResult)] == list(
        zip(CHECKS, ["failed", "passed", "passed"], strict=True)
    )
    failed = seen.check(CHECKS[0])
    assert failed.message == "figures/typed/guide it is"
    assert failed.evidence == ["evidence/scenario/results.ndjson", "evidence/scenario/plan.json"]
    receipt = seen.receipt()
    assert (receipt.required, receipt.seen, receipt.complete) == (3, 3, True)


@pytest.mark.parametrize("outcome", ["skipped", "errored"])
def test_a_look_without_an_answer_leaves_the_receipt_open(walk: Walk, outcome: str) -> None:
    seen = walk(f"check(names[0], {outcome!r})\nfor name in names[1:]: check(name)\nline(type='end')\nsys.exit(1)\n")
    assert seen.receipt().skipped == [f"figures/typed/guide: {outcome}"]
    assert not seen.receipt().complete


def test_a_guide_that_is_not_there_leaves_the_receipt_open(walk: Walk) -> None:
    steps = [{"id": "look", "figures": {"guides": ["docs/help-center/*.md", "docs/legal/*.md"]}}]
    assert walk(ALL, steps=steps).receipt().skipped == ["look: no file is like docs/legal/*.md"]


BROKEN = {
    "left early": ("check(names[0])\nos._exit(0)\n", "ended in the middle, before figures/typed/other"),
    "one too few": ("check(names[0])\nline(type='end')\n", "2 checks were never told"),
    "unasked": ("check('figures/typed/nothing')\n", "figures/typed/nothing unasked"),
    "killed": ("check(names[0])\nos.kill(os.getpid(), signal.SIGKILL)\n", "ended in the middle"),
    "killed at the end": (ALL + "os.kill(os.getpid(), signal.SIGKILL)\n", "killed by signal 9"),
    "broke at the end": (ALL + "raise RuntimeError('no')\n", "exit code and its results do not agree"),
    "another exit code": (ALL + "sys.exit(7)\n", "exit code 7"),
    "all passed, exit 1": (ALL + "sys.exit(1)\n", "exit code and its results do not agree"),
    "one failed, exit 0": (ALL.replace("check(name)", "check(name, 'failed')"), "do not agree"),
}


@pytest.mark.parametrize(("body", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_nothing_is_silently_fewer(walk: Walk, tmp_path: Path, body: str, sentence: str) -> None:
    context = make(tmp_path)
    with pytest.raises(SuiteError, match=sentence) as caught:
        walk(body, context=context)
    assert caught.value.where == "evidence/scenario/docs-walker.log"
    assert context.receipt().complete is False


def test_more_time_than_the_scenario_has(walk: Walk) -> None:
    with pytest.raises(SuiteError, match="time was up"):
        walk("time.sleep(60)\n", duration=1)


def test_a_stop_is_no_error_and_leaves_the_receipt_open(walk: Walk, tmp_path: Path) -> None:
    context = make(tmp_path)

    def stop(child: subprocess.Popen[bytes]) -> None:
        if (tmp_path / "run/evidence/scenario/results.ndjson").exists():
            context.stop = "api of the target ended"

    context._during = stop
    seen = walk("check(names[0])\ntime.sleep(60)\n", context=context)
    assert "figures/shown/guide: stopped: api of the target ended" in seen.receipt().skipped


def test_without_a_browser_nothing_is_started(tmp_path: Path) -> None:
    context = make(tmp_path)
    context.settings = {"browser": str(tmp_path / "gone")}
    with pytest.raises(ToolMissing, match="no browser at"):
        DocsSuite().run(planned("docs", FIGURES), context)
    assert (context.tools, context.seen) == ([], [])


def test_a_target_without_the_endpoint_and_a_step_with_a_start_time(tmp_path: Path) -> None:
    context = make(tmp_path)
    with pytest.raises(SuiteError, match="has a start time"):
        DocsSuite().run(planned("docs", [{**FIGURES[0], "at": 5.0}]), context)
    context.endpoints = {"other": "http://127.0.0.1:9"}
    with pytest.raises(SuiteError, match="announces no endpoint 'api'"):
        DocsSuite().run(planned("docs", FIGURES), context)


def test_standing_expectation_wants_something_of_every_step() -> None:
    steps = [Step(id=name, kind="labels", params={"guides": ["x"]}) for name in ("a", "b")]
    (standing,) = DocsSuite.spec.standing(steps)
    assert (standing.metric, str(standing.pass_), standing.min_samples) == ("check.failed", "== 0", 2)


def test_importing_the_suite_is_cheap() -> None:
    code = "import sys, suites.docs.suite; print({'markdown_it', 'playwright', 'PIL', 'httpx'} & set(sys.modules))"
    env = {**os.environ, "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout == "set()\n"


@needs_browser
def test_the_real_walker_from_end_to_end(tmp_path: Path) -> None:
    context = make(tmp_path)
    context.settings = {}
    steps = [
        {"id": "labels", "labels": {"guides": ["docs/help-center/other.md"]}},
        {"id": "outline", "outline": {"guide": "docs/help-center/other.md", "anchors": ["part"], "words": 3}},
    ]
    other = "Look for [Next]{.link at=home} and\n[Nxt]{.link at=home}.\n"
    context.access = {"sources": str(sources(tmp_path, other=other))}
    with fake_shop() as shop:
        context.endpoints = {"api": shop.url}
        DocsSuite().run(planned("docs", steps), context)
    assert context.check("labels/other/link-next@home").outcome == "passed"
    assert context.check("outline/other/part").outcome == "passed"
    wrong = context.check("labels/other/link-nxt@home")
    assert wrong.message == (
        "docs/help-center/other.md:2: there is no link “Nxt” at home; did you mean “Next”?"
    )  # fmt: skip
    assert wrong.evidence[0] == "evidence/scenario/at-home.png"
    assert (tmp_path / "run" / wrong.evidence[0]).is_file()
    assert context.receipt().complete
