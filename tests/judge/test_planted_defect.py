"""A run with a planted defect: seen or not, it opens no gate."""

from __future__ import annotations

from datetime import date

from harness.judge.gate import decide
from harness.judge.run import judge_run
from harness.model.defect import Defect, PatchChange
from harness.model.policy import Policy
from harness.model.verdict import Status
from tests.builders import around, check, expectation, plan, scenario

DEFECT = Defect(
    id="event-never-shown",
    title="The event is never shown",
    changes=[PatchChange(kind="patch", file="a.py", find="x", replace="y")],
    expect="fail",
    turns_red={"s1": ["check.failed.ratio"]},
)


def test_a_defect_that_was_seen_is_a_fail() -> None:
    record = judge_run(plan(scenario(expectation()), defect=DEFECT), around(check("failed")))
    assert record.status is Status.FAIL
    assert not any("was not seen" in reason for reason in record.reasons)


def test_a_defect_that_nobody_saw_is_inconclusive_and_named() -> None:
    record = judge_run(plan(scenario(expectation()), defect=DEFECT), around(check("passed")))
    assert record.status is Status.INCONCLUSIVE
    assert any("was not seen by s1/check.failed.ratio" in reason for reason in record.reasons)
    assert not decide(record, Policy(id="p"), [], date(2026, 1, 1)).open


def test_a_defect_expected_to_turn_the_whole_scenario() -> None:
    whole = DEFECT.model_copy(update={"turns_red": {"s1": []}})
    green = judge_run(plan(scenario(expectation()), defect=whole), around(check("passed")))
    red = judge_run(plan(scenario(expectation()), defect=whole), around(check("errored")))
    assert any("was not seen by s1" in reason for reason in green.reasons)
    assert not any("was not seen" in reason for reason in red.reasons)
