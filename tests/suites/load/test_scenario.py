"""The scenario that ships: it says what it means, and what it selects exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.model.errors import ScenarioError
from harness.ports.catalogue import Catalogue
from harness.ports.loaded import LoadedScenario
from harness.scenario.documents import load_scenario
from suites.load.params import LoadParams
from suites.load.suite import PROJECT, LoadSuite
from tests.suites.load.test_load_run import OPERATIONS

FILE = PROJECT / "scenarios" / "load" / "calendar-baseline.yaml"
CATALOGUE = Catalogue({"load": LoadSuite.spec}, {"process": frozenset()}, {"T4.1": "Baseline, 100 users"})


def load(root: Path, *changes: tuple[str, str]) -> LoadedScenario:
    text = FILE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = root / "scenarios" / "load" / FILE.name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, CATALOGUE, root=root)


def test_both_profiles_are_the_same_hundred_users(tmp_path: Path) -> None:
    scenario = load(tmp_path)
    assert {name: one.profile.evidence for name, one in scenario.profiles.items()} == {
        "quick": "partial",
        "full": "full",
    }
    for resolved in scenario.profiles.values():
        params = LoadParams.model_validate(resolved.steps[0].params)
        assert (params.users, params.behaviour, params.schedule) == (100, "calendar_crud", "closed")
        assert max(params.ramp, params.warm_up) < resolved.profile.duration / 2
        assert params.ramp < params.warm_up  # all users are there when the judged part begins


def test_every_operation_is_judged_on_its_own_and_the_generator_too(tmp_path: Path) -> None:
    expectations = load(tmp_path).profiles["quick"].expectations
    named = {e.labels["op"] for e in expectations if e.metric.name == "http.latency" and e.labels}
    assert named == OPERATIONS
    assert {e.id for e in expectations if e.standing and e.validity} == {"generator-not-saturated", "generator-on-time"}


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("behaviour: calendar_crud", "behaviour: calendar_crut", "calendar_crud"),
        ("users: 100", "users: 0", "users"),
        ("min_samples: 1000", "min_samples: 1000000", "1000000|1,000,000"),
        ("warm_up: 6s", "warm_up: 60s", "min_samples|samples"),
        ("http.latency.p99", "http.latencies.p99", "http.latency"),
        ("timeout: 10s", "timeout: 10", "10s"),
    ],
)
def test_mistakes_in_it_are_refused(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, (before, after))
    assert re.search(complaint, caught.value.diagnostics())
