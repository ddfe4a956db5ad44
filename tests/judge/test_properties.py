"""Properties of the judge that hold for every input."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judge.criteria import judge_criteria
from harness.judge.expectation import fingerprint
from harness.judge.gate import decide
from harness.judge.run import judge_run
from harness.model.policy import Policy
from harness.model.verdict import CriterionStatus, Status, worst
from harness.model.waiver import Waiver
from harness.store.folder import record_bytes
from tests.builders import ERRORS, LATENCY, around, check, errors, expectation, latencies, phase, plan, scenario

STATUSES = st.lists(st.sampled_from(list(Status)))
COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50))


@given(STATUSES, STATUSES)
def test_merging_is_associative_and_worst_wins(a: list[Status], b: list[Status]) -> None:
    assert worst([*a, *b]) is worst([*b, *a])
    if a and b:
        assert worst([*a, *b]) is worst([worst(a), worst(b)])
        assert worst([*a, *b]).rank >= worst(a).rank


def test_nothing_is_inconclusive() -> None:
    assert worst([]) is Status.INCONCLUSIVE


@given(st.lists(COUNTS, max_size=8), st.integers(1, 200))
def test_a_ratio_passes_only_with_enough_samples_and_no_failure(pairs: list[tuple[int, int]], need: int) -> None:
    planned = plan(scenario(expectation(ERRORS, "ratio", "== 0", min_samples=need)))
    record = judge_run(planned, around(*(errors(min(f, n), n) for f, n in pairs)))
    total, failed = sum(n for _, n in pairs), sum(min(f, n) for f, n in pairs)
    assert (record.status is Status.PASS) == (total >= need and failed == 0)
    assert (record.status is Status.FAIL) == (failed > 0)


@given(st.lists(st.sampled_from(["passed", "failed", "errored", "skipped"]), max_size=6))
def test_checks_pass_only_when_one_passed_and_nothing_else_happened(outcomes: list[str]) -> None:
    record = judge_run(plan(scenario(expectation())), around(*(check(o, f"c{i}") for i, o in enumerate(outcomes))))
    green = outcomes.count("passed") > 0 and "failed" not in outcomes and "errored" not in outcomes
    assert (record.status is Status.PASS) == green


@settings(max_examples=50)
@given(st.lists(st.floats(0.001, 20.0), min_size=20, max_size=80), st.floats(0.01, 20.0))
def test_latency_verdict_follows_the_percentile_within_a_thousandth(samples: list[float], limit: float) -> None:
    planned = plan(scenario(expectation(LATENCY, "p95", f"< {limit:.4f}s")))
    verdict = judge_run(planned, around(latencies(samples))).scenarios[0].expectations[0]
    ordered = sorted(samples)
    exact = ordered[-(-len(ordered) * 95 // 100) - 1]
    assert verdict.observed is not None
    assert abs(verdict.observed - exact) <= exact * 0.001 + 1e-6


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.lists(st.floats(0.001, 5.0), min_size=20, max_size=60))
def test_the_order_of_measurements_does_not_matter(rng: random.Random, samples: list[float]) -> None:
    planned = plan(scenario(expectation(LATENCY, "p95", "< 2s"), expectation(ERRORS, "ratio", "== 0")))
    inner = [latencies([s]) for s in samples] + [errors(0, 1) for _ in samples]
    first = judge_run(planned, around(*inner))
    rng.shuffle(inner)
    assert record_bytes(judge_run(planned, around(*inner))) == record_bytes(first)


@given(st.integers(-3, 3))
def test_a_waiver_opens_the_gate_until_its_last_day_and_changes_no_verdict(days: int) -> None:
    record = judge_run(plan(scenario(expectation(ERRORS, "ratio", "== 0"))), around(errors(1, 100)))
    today = date(2026, 5, 5)
    waiver = Waiver(
        id="w1",
        fingerprint=fingerprint("s1", "http.error_rate.ratio", "process"),
        owner="qa",
        reason="known, harmless for the launch",
        expires=today + timedelta(days=days),
    )
    decision = decide(record, Policy(id="p", max_waivers=1), [waiver], today)
    assert decision.open == (days >= 0)
    assert record.status is Status.FAIL
    assert not decide(record, Policy(id="p", max_waivers=0), [waiver], today).open


def test_an_inconclusive_expectation_cannot_be_waived() -> None:
    record = judge_run(plan(scenario(expectation(ERRORS, "ratio", "== 0"))), around())
    mark = record.scenarios[0].expectations[0].fingerprint
    waiver = Waiver(
        id="w1", fingerprint=mark, owner="qa", reason="nobody measured it, so what", expires=date(2030, 1, 1)
    )
    assert not decide(record, Policy(id="p", max_waivers=9), [waiver], date(2026, 1, 1)).open


def test_a_criterion_that_must_never_be_waived_stays_red() -> None:
    red = expectation(ERRORS, "ratio", "== 0", criteria=["T4.1"])
    record = judge_run(plan(scenario(red)), around(errors(1, 100)))
    mark = record.scenarios[0].expectations[0].fingerprint
    waiver = Waiver(id="w1", fingerprint=mark, owner="qa", reason="we would like to", expires=date(2030, 1, 1))
    day = date(2026, 1, 1)
    assert decide(record, Policy(id="p", max_waivers=9), [waiver], day).open
    assert not decide(record, Policy(id="p", max_waivers=9, never_waive=["T4.1"]), [waiver], day).open


def test_a_quick_run_leaves_a_criterion_in_progress_and_a_full_one_meets_it() -> None:
    good = expectation(ERRORS, "ratio", "== 0", criteria=["T4.1"])
    for evidence, expected in (("partial", CriterionStatus.IN_PROGRESS), ("full", CriterionStatus.MET)):
        record = judge_run(plan(scenario(good, evidence=evidence)), around(errors(0, 100)))
        assert [c.status for c in record.criteria] == [expected]
        gated = decide(record, Policy(id="p", criteria=["T4.1"]), [], date(2026, 1, 1))
        assert gated.open == (expected is CriterionStatus.MET)


def test_a_failed_criterion_is_not_met_whatever_else_cites_it() -> None:
    planned = plan(
        scenario(expectation(ERRORS, "ratio", "== 0", criteria=["T4.1"])),
        scenario(expectation(criteria=["T4.1"]), name="s2"),
    )
    observations = [*around(errors(1, 100))[:-1], *around(check(scenario="s2"), name="s2")[1:]]
    record = judge_run(planned, observations)
    assert [c.status for c in judge_criteria(planned, record.scenarios)] == [CriterionStatus.NOT_MET]


def test_between_pass_and_warn_lies_a_warning_that_a_strict_policy_refuses() -> None:
    planned = plan(scenario(expectation(LATENCY, "p95", "< 500ms", warn="< 1s")))
    record = judge_run(planned, around(latencies([0.7] * 100)))
    assert record.status is Status.WARN
    assert record.status.exit_code == 0
    day = date(2026, 1, 1)
    assert decide(record, Policy(id="p"), [], day).open
    assert not decide(record, Policy(id="p", allow_warn=False), [], day).open


def test_a_policy_that_asks_for_an_absent_scenario_closes_the_gate() -> None:
    record = judge_run(plan(scenario(expectation())), around(check()))
    assert decide(record, Policy(id="p", scenarios=["s1"]), [], date(2026, 1, 1)).open
    assert not decide(record, Policy(id="p", scenarios=["s1", "s2"]), [], date(2026, 1, 1)).open


def test_dirty_sources_are_refused_by_a_policy_that_says_so() -> None:
    planned = plan(scenario(expectation()))
    dirty = planned.model_copy(update={"git": planned.git.model_copy(update={"dirty": True})}).with_digest()
    record = judge_run(dirty, around(check()))
    assert decide(record, Policy(id="p"), [], date(2026, 1, 1)).open
    assert not decide(record, Policy(id="p", allow_dirty=False), [], date(2026, 1, 1)).open


def test_the_first_reason_of_the_run_is_the_worst() -> None:
    record = judge_run(
        plan(scenario(expectation())), [*around(check())[:-1], phase("target", "failed", detail="database ended")]
    )
    assert record.status is Status.ERROR
    assert "database ended" in record.reasons[0]
