"""Step `disrupt`: one disruption, with a witness at the public door before, during and after."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from harness.measure.histogram import encode, new_histogram, record
from harness.model.errors import LaunchgateError, SuiteError
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import Cluster
from suites.infra.emit import Speaker
from suites.infra.faults import FAULTS, Fault, Scene
from suites.infra.metrics import DISRUPT_CHECKS, LATENCY, LOST, RECOVERY, REMOVAL
from suites.infra.node import NodeShell
from suites.infra.params import Disrupt
from suites.infra.steps.opening import endpoint, guard_namespace, guard_pods, namespace_of, pause, pods_of, ready
from suites.infra.watcher import Snapshot, Watcher, look
from suites.infra.witness import Sample, WitnessRun

_EVERY = 0.3  # seconds between two questions whether it is over
_CALM_WITHIN = 120.0  # seconds for the workload to be whole before anything is done to it
_SETTLE = 1.0  # seconds until a pod that was deleted is seen to leave


@dataclass(frozen=True)
class Course:
    """What became of a disruption. Times are seconds of the method.

    Attributes:
        over: when its effect had been seen and the workload was whole again; None when that did not happen in time.
        problems: check → what is wrong; None where the check could not be made.
    """

    began: float
    over: float | None
    seen: Sequence[Snapshot]
    problems: Mapping[str, list[str] | None]
    hits: Sequence[str]

    def removed(self) -> float | None:
        """When the first of the pods hit was no ready endpoint any more; None when none ever was missing."""
        return next((one.t for one in self.seen if any(name not in one.serving for name in self.hits)), None)


def run_disrupt(params: Disrupt, speaker: Speaker, cluster: Cluster, guard: Guard) -> None:
    """Witness, disruption, recovery, witness. The disruption is healed whatever happens.

    Raises Refused when it would hit more than the guard allows, SuiteError when the workload is not whole before.
    """
    context = speaker.context
    namespace = namespace_of(context)
    guard_namespace(guard, namespace)
    base = endpoint(context, params.witness.endpoint)
    scene = _scene(params, speaker, cluster, namespace)
    fault = FAULTS[params.action](scene)
    guard_pods(guard, len(fault.hits()), f"{params.action} of {params.workload}")
    watcher = Watcher(cluster, namespace, params.workload, context.elapsed)
    with watcher, WitnessRun(params.witness, base, context.elapsed) as witness:
        pause(context, params.witness.before)
        witness.phase = "during"
        course = _carry_out(fault, params, speaker, watcher)
        witness.phase = "after"
        pause(context, params.witness.after)
    _tell_witness(params, witness, speaker)
    _tell_workload(course, params, speaker, watcher)


def _scene(params: Disrupt, speaker: Speaker, cluster: Cluster, namespace: str) -> Scene:
    """The workload as it is, whole: after another disruption it may need a moment."""
    deadline = speaker.context.elapsed() + _CALM_WITHIN
    while True:
        before = look(cluster, namespace, params.workload, speaker.context.elapsed())
        if before.whole and before.wanted:
            break
        if speaker.context.elapsed() > deadline or not pause(speaker.context, _EVERY):
            raise SuiteError(
                f"{params.workload} was not whole before the disruption: {before.healthy} of {before.wanted} pods ready"
            )
    pods = [pod for pod in pods_of(cluster, namespace, params.workload) if ready(pod)]
    return Scene(cluster, lambda: NodeShell(speaker.context), namespace, params.workload, pods, before)


def _carry_out(fault: Fault, params: Disrupt, speaker: Speaker, watcher: Watcher) -> Course:
    """Injects, waits until it is over, asks what was wrong, heals, and waits until all is as before."""
    context = speaker.context
    began, over = context.elapsed(), None
    speaker.fault(params.action, "injected", fault.scope())
    try:
        fault.inject()
        while over is None and context.elapsed() < began + params.within and pause(context, _EVERY):
            seen = watcher.since(began)
            if seen:
                fault.press(seen[-1])
                over = seen[-1].t if fault.over(seen) else None
        seen = watcher.since(began)
        return Course(began, over, seen, fault.problems(seen), fault.served())
    finally:
        _heal(fault, params, speaker, watcher)


def _heal(fault: Fault, params: Disrupt, speaker: Speaker, watcher: Watcher) -> None:
    scope, asked = fault.scope(), speaker.context.elapsed()
    try:
        fault.heal()
    except LaunchgateError:
        speaker.fault(params.action, "heal-failed", scope)
        raise
    deadline = asked + _CALM_WITHIN
    whole = False
    while not whole and speaker.context.elapsed() < deadline and pause(speaker.context, _EVERY):
        seen = watcher.since(asked + _SETTLE)
        whole = bool(seen) and seen[-1].whole
    speaker.fault(params.action, "healed" if whole else "heal-failed", scope)
    left = [] if whole else [f"{params.workload} was not whole again after {params.action}"]
    speaker.receipt("healing", "disruptions", 1, int(whole), left)


def _tell_workload(course: Course, params: Disrupt, speaker: Speaker, watcher: Watcher) -> None:
    """The checks of the action, how long it took, and what the watcher saw."""
    action = params.action
    evidence = speaker.keep("workload.json", [asdict(one) | {"serving": sorted(one.serving)} for one in watcher.seen])
    speaker.cite(evidence)
    for name in DISRUPT_CHECKS[action]:
        problems = course.problems.get(name)
        check = f"disrupt.{action}.{name}"
        if not course.seen or problems is None:
            speaker.broke(check, "it could not be shown" if course.seen else "the workload was not seen", [evidence])
        else:
            speaker.check(check, problems, [evidence])
    if course.over is not None:
        speaker.measure(RECOVERY.name, course.over - course.began, t=course.over, action=action)
    removed = course.removed()
    if removed is not None and action.startswith("pod-"):  # a restart takes pods out in their turn, by plan
        speaker.measure(REMOVAL.name, removed - course.began, t=removed, action=action)
    looks = len(watcher.seen) + len(watcher.blind)
    speaker.receipt("watcher", "looks", looks, len(watcher.seen), watcher.blind[:5])


def _tell_witness(params: Disrupt, witness: WitnessRun, speaker: Speaker) -> None:
    """Lost requests and latencies by phase and second, and the receipt: was the rate really offered?"""
    samples = witness.samples()
    buckets: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for one in samples:
        buckets[one.phase, int(one.due)].append(one)
    for (phase, second), group in buckets.items():
        labels = {"action": params.action, "phase": phase}
        lost = sum(bool(one.lost) for one in group)
        speaker.measure(LOST.name, float(lost), len(group), t=float(second), **labels)
        histogram = new_histogram()
        for one in group:
            if not one.lost:
                record(histogram, one.latency)
        if lost < len(group):
            speaker.measure(
                LATENCY.name, None, len(group) - lost, t=float(second), histogram=encode(histogram), **labels
            )
    speaker.cite(speaker.keep("witness.csv", _table(samples)))
    late = sum(one.late for one in samples)
    skipped = [f"{late} requests were sent more than a second late"] if late else []
    skipped += [f"{witness.planned - len(samples)} have no answer"] if witness.planned > len(samples) else []
    speaker.receipt("witness", "requests", witness.planned, len(samples) - late, skipped)


def _table(samples: Sequence[Sample]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=[f.name for f in fields(Sample)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in samples)
    return out.getvalue()
