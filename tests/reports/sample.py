"""Builds whole run folders through the store and the judge, as the lifecycle does: same seed, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.judge.run import judge_run
from harness.model.defect import Defect, PatchChange
from harness.model.metric import MetricSpec
from harness.model.observation import CheckResult, Measurement, Observation, Phase, Receipt
from harness.model.plan import GitState, Plan, PlannedExpectation, PlannedScenario, Step
from harness.model.record import RunRecord
from harness.model.scenario import Guard, Metadata
from harness.model.threshold import parse_threshold
from harness.model.waiver import Waiver
from harness.ports.metrics import CHECK_FAILED
from harness.store.folder import RunFolder
from harness.store.reader import RunReader
from tests.reports.traffic import emitted, make_requests, raw_csv, readings

CREATED, WALL = "2026-11-23T01:40:00Z", 1_795_398_000.0
LOAD, JOURNEY = "calendar-crud", "guest-journey"
WINDOW = 5.0  # seconds before the window of one expectation opens
SAMPLES, SHOT = f"evidence/{LOAD}/samples.csv.gz", f"evidence/{JOURNEY}/failure.png"
SPECS = {
    spec.name: spec
    for spec in (
        CHECK_FAILED,
        MetricSpec(name="http.latency", kind="distribution", dimension="time", labels=("op",), doc="Latency."),
        MetricSpec(name="http.error_rate", kind="ratio", dimension="ratio", high=1, labels=("op",), doc="Errors."),
        MetricSpec(name="http.requests", kind="counter", labels=("op",), doc="Requests."),
        MetricSpec(name="generator.lag", kind="distribution", dimension="time", doc="Lag of the generator."),
        MetricSpec(name="generator.cpu", kind="gauge", dimension="ratio", doc="CPU of the generator."),
    )
}


def expect(id_: str, metric: str, statistic: str, threshold: str, **more: object) -> PlannedExpectation:
    """One planned expectation."""
    values = {"min_samples": 1, "criteria": ["T4.1"], "source": f"scenarios/load/{LOAD}.yaml:20", **more}
    return PlannedExpectation.model_validate(
        {"id": id_, "metric": SPECS[metric], "statistic": statistic, "pass": parse_threshold(threshold), **values}
    )


@dataclass
class Part:
    """One scenario of a sample run: what was planned, what was observed, which files it left."""

    id: str
    suite: str
    title: str
    expectations: list[PlannedExpectation]
    observations: list[Observation]
    files: dict[str, bytes] = field(default_factory=dict)
    owner: str = "qa"
    evidence: str = "partial"
    duration: float = 60.0

    def planned(self) -> PlannedScenario:
        return PlannedScenario(
            metadata=Metadata(id=self.id, title=self.title, owner=self.owner, criteria=["T4.1"]), suite=self.suite,
            source=f"scenarios/{self.suite}/{self.id}.yaml", evidence=self.evidence, duration=self.duration,
            guard=Guard(), steps=[Step(id="s1", kind=self.suite, params={})], expectations=self.expectations,
        )  # fmt: skip

    def all_observations(self, start: float) -> list[Observation]:
        began = Phase(scenario=self.id, name="scenario", state="started", wall=start)
        ended = Phase(scenario=self.id, name="scenario", state="finished", wall=start + self.duration,
                      evidence=sorted(self.files))  # fmt: skip
        return [began, *self.observations, ended]


def load_part(
    *, slow: float = 1.0, failing: float = 0.0, users_seen: int = 50, seconds: int = 60, title: str = "",
    without: tuple[str, ...] = (), more: Sequence[PlannedExpectation] = (), evidence: str = "partial",
) -> Part:  # fmt: skip
    """A load scenario; `without` are beginnings of metric names that are not measured."""
    rows = make_requests(7, seconds, 50, slow, failing)
    facts = {
        "model": "closed",
        "users": 50,
        "think_time": {"min": 0.6, "max": 1.4},
        "warm_up": 3.0,
        "generator": "locust",
    }
    observed: list[Observation] = [
        Phase(scenario=LOAD, name="scenario", state="started", detail="workload", wall=WALL, facts=facts),
        *emitted(rows, LOAD),
        *readings(7, seconds, 50, LOAD),
        receipt("users", 50, users_seen),
        receipt("operations", 4, 4),
    ]
    kept = [o for o in observed if not (isinstance(o, Measurement) and o.metric.startswith(without or ("\0",)))]
    expectations = [
        expect("latency-p95", "http.latency", "p95", "< 500ms", warn=parse_threshold("< 800ms")),
        expect("latency-p99", "http.latency", "p99", "< 1s"),
        expect("add-event-p95", "http.latency", "p95", "< 400ms", labels={"op": "addEvent"}, window_from=WINDOW),
        expect("no-errors", "http.error_rate", "ratio", "== 0", min_samples=200),
        expect("throughput", "http.requests", "rate", "> 10"),
        expect("generator-not-saturated", "generator.cpu", "p95", "< 80%", validity=True, standing=True),
        expect("generator-on-time", "generator.lag", "p95", "< 50ms", validity=True, standing=True),
    ]
    return Part(LOAD, "load", title or "Calendar CRUD, 50 users", [*expectations, *more], kept,
                {SAMPLES: raw_csv(rows)}, owner="platform", evidence=evidence, duration=float(seconds))  # fmt: skip


def journey_part(*, outcome: str = "passed", message: str = "", picture: bytes = b"\x89PNG\r\n") -> Part:
    """A browser scenario of one check."""
    bad = outcome in ("failed", "errored")
    check = CheckResult(scenario=JOURNEY, check="guest", outcome=outcome, message=message, t=1.0,  # type: ignore[arg-type]
                        evidence=[SHOT] if bad else [])  # fmt: skip
    return Part(
        JOURNEY, "e2e", "A guest makes a calendar and finds it again",
        [expect("journey", "check.failed", "ratio", "== 0", labels={"check": "guest"}, criteria=["T5.1"])],
        [check, Receipt(scenario=JOURNEY, detector="playwright", item="journeys", required=1, seen=1)],
        {SHOT: picture} if bad else {f"evidence/{JOURNEY}/trace.zip": b"PK"}, evidence="full", duration=9.3,
        owner="frontend",
    )  # fmt: skip


def build(
    root: Path, parts: list[Part], *, run_id: str = "20261123-014000-quick", defect: bool = False,
    waivers: Sequence[Waiver] = (), finished: bool = True, change: Callable[[RunRecord], RunRecord] | None = None,
) -> RunReader:  # fmt: skip
    """Writes the folder, judges it and opens it."""
    planted = Defect(
        id="latency-800ms", title="every save waits 800 ms", expect="fail", turns_red={LOAD: ["latency-p95"]},
        changes=[PatchChange(kind="patch", file="a.py", find="x", replace="y")],
    )  # fmt: skip
    plan = Plan(
        run_id=run_id, created=CREATED, system="village-calendar", target="process", profile="quick", seed=7,
        git=GitState(commit="8f3c1d2ab94e7710aa52c6d0f1b2c3d4e5f60718", branch="main", dirty=True),
        tools={"locust": "2.43.0", "python": "3.11.2", "playwright": "1.65.2"},
        scenarios=[p.planned() for p in parts], waivers=list(waivers), defect=planted if defect else None,
        known_criteria={"T4.1": "Baseline, 100 users: p95 < 500 ms", "T5.1": "Guest journey", "T4.2": "Sustained"},
    ).with_digest()  # fmt: skip
    folder = RunFolder.create(root, plan)
    observations: list[Observation] = [Phase(name="run", state="started", wall=WALL)]
    for part in parts:
        for name, content in part.files.items():
            path = folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        observations += part.all_observations(WALL + 8)
    if finished:
        observations.append(Phase(name="run", state="finished", wall=WALL + 83.5))
    for observation in observations:
        folder.append(observation)
    record = judge_run(plan, observations)
    folder.write_record(change(record) if change else record)
    folder.seal() if finished else folder.close()
    return RunReader(folder.path)


def receipt(item: str, required: float, seen: float, *skipped: str) -> Receipt:
    """A coverage receipt of the load scenario."""
    return Receipt(scenario=LOAD, detector="locust", item=item, required=required, seen=seen, skipped=list(skipped))
