"""One expectation, held against what was observed."""

from __future__ import annotations

import hashlib
import math

from harness.judge.evidence import Gathered
from harness.model.metric import percentile_of
from harness.model.observation import CheckResult
from harness.model.plan import PlannedExpectation
from harness.model.quantity import format_quantity
from harness.model.verdict import ExpectationVerdict, Status


def judge_expectation(seen: Gathered, *, scenario: str, target: str, evidence: list[str]) -> ExpectationVerdict:
    """The verdict of one expectation.

    Args:
        seen: the expectation with the samples that its selector took.
        evidence: files to cite when the samples name none themselves.
    """
    expectation = seen.expectation
    need = required_samples(expectation)
    observed: float | None = None
    broken = _broken_checks(seen.checks)
    try:
        observed = seen.series.statistic(expectation.statistic)
        status, reason = _compare(expectation, observed, seen.series.samples, need)
    except ValueError as error:
        status, reason = Status.ERROR, f"the samples cannot be read: {error}"
    if broken:
        status, reason = Status.ERROR, f"check {broken[0].check} broke: {broken[0].message or 'no message'}"
    elif status is Status.FAIL and seen.checks:
        reason = _failed_check_reason(seen.checks) or reason
    elif status is Status.INCONCLUSIVE and not seen.series.samples:
        reason = _skipped_reason(seen.checks) or reason
    telling = [c for c in seen.checks if c.outcome != "passed"] or seen.checks
    cited = list(dict.fromkeys(path for check in telling for path in check.evidence))
    return ExpectationVerdict(
        id=expectation.id,
        status=status,
        observed=observed,
        observed_text="–" if observed is None else _text(expectation, observed),
        threshold=str(expectation.pass_),
        samples=seen.series.samples,
        min_samples=need,
        reason=reason,
        validity=expectation.validity,
        criteria=expectation.criteria,
        evidence=cited or evidence,
        fingerprint=fingerprint(scenario, expectation.id, target),
    )


def required_samples(expectation: PlannedExpectation) -> int:
    """What the author asked for, and at least one sample beyond the percentile: p99 of 20 samples is their maximum."""
    percent = percentile_of(expectation.statistic)
    if percent is None or expectation.metric.kind != "distribution":
        return expectation.min_samples
    return max(expectation.min_samples, math.ceil(round(100 / (100 - percent), 6)))


def fingerprint(scenario: str, expectation: str, target: str) -> str:
    """The name under which a waiver addresses this expectation; the same in every run."""
    return hashlib.sha256(f"{target}/{scenario}/{expectation}".encode()).hexdigest()[:16]


def _compare(e: PlannedExpectation, observed: float | None, samples: int, need: int) -> tuple[Status, str]:
    if observed is None:
        return Status.INCONCLUSIVE, "nothing was observed: no sample matched"
    if not math.isfinite(observed):
        return Status.ERROR, f"the observed figure is no number ({observed})"
    if samples < need:
        # One counterexample refutes "never fails" however few samples there were.
        if e.metric.kind == "ratio" and not e.validity and not _tolerated(e, observed):
            return Status.FAIL, f"observed {_text(e, observed)}, expected {e.pass_}"
        return Status.INCONCLUSIVE, f"{samples} of at least {need} samples were seen"
    if e.pass_.holds(observed):
        return Status.PASS, ""
    sentence = f"observed {_text(e, observed)}, expected {e.pass_}"
    if _tolerated(e, observed):
        return Status.WARN, sentence
    return (Status.INCONCLUSIVE if e.validity else Status.FAIL), sentence


def _tolerated(e: PlannedExpectation, observed: float) -> bool:
    return e.pass_.holds(observed) or (e.warn is not None and e.warn.holds(observed))


def _text(e: PlannedExpectation, observed: float) -> str:
    return format_quantity(observed, "number" if e.statistic == "count" else e.metric.dimension)


def _broken_checks(checks: list[CheckResult]) -> list[CheckResult]:
    """Checks that broke and never gave an answer on another attempt."""
    answered = {c.check for c in checks if c.outcome in ("passed", "failed")}
    return [c for c in checks if c.outcome == "errored" and c.check not in answered]


def _failed_check_reason(checks: list[CheckResult]) -> str:
    failed = [c for c in checks if c.outcome == "failed"]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{failed[0].check}: {failed[0].message}{more}" if failed and failed[0].message else ""


def _skipped_reason(checks: list[CheckResult]) -> str:
    skipped = next((c for c in checks if c.outcome == "skipped"), None)
    return f"{skipped.check} was skipped: {skipped.message}" if skipped else ""
