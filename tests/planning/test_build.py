"""Scenarios × target × profile → Plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.defect import Defect
from harness.model.errors import ScenarioError
from harness.model.plan import GitState, Plan
from harness.model.system import System
from harness.model.waiver import Waiver
from harness.planning.build import Planned, build_plan
from harness.planning.selection import select
from harness.ports.loaded import LoadedScenario
from tests.scenario.fakes import catalogue
from tests.scenario.samples import GOOD, load

SYSTEM = System.model_validate(
    {"name": "shop", "services": [{"name": "api", "role": "application", "command": ["python"]}]}
)
SMOKE = """\
apiVersion: launchgate/v1
kind: Scenario
metadata: {id: zz-health, title: It answers, owner: qa, criteria: [T8.6]}
suite: smoke
profiles: {quick: {evidence: full, duration: 20s}}
method: [{get: {path: /livez}}]
expectations: [{metric: check.failed, pass: "== 0"}]
"""
WAIVERS = [
    Waiver(id=name, fingerprint="0123456789abcdef", owner="qa", reason="known and harmless", expires=date(2027, 1, 1))
    for name in ("a", "b")
]


def _loaded(root: Path) -> list[LoadedScenario]:
    return [
        load(root, GOOD),
        load(root, GOOD.replace("id: baseline", "id: another"), "scenarios/load/another.yaml"),
        load(root, SMOKE, "scenarios/smoke/health.yaml"),
    ]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[LoadedScenario]:
    return _loaded(tmp_path_factory.mktemp("project"))


def _build(loaded: Sequence[LoadedScenario], **changes: Any) -> Planned:
    options: dict[str, Any] = {
        "catalogue": catalogue(), "target": "process", "profile": "quick", "seed": 7, "system": SYSTEM,
        "git": GitState(commit="c0ffee", branch="main"), "tools": {"python": "3.11", "locust": "2"},
        "waivers": WAIVERS, "defect": None, "run_id": "2026-11-23T10-15-30Z-ab12", "created": "2026-11-23T10:15:30Z",
    }  # fmt: skip
    return build_plan(loaded, **{**options, **changes})


def _refused(loaded: Sequence[LoadedScenario], **changes: Any) -> str:
    with pytest.raises(ScenarioError) as refused:
        _build(loaded, **changes)
    assert refused.value.exit_code == 2
    return refused.value.diagnostics()


def test_smoke_comes_first_then_suites_and_ids(loaded: list[LoadedScenario]) -> None:
    plan, left_out = _build(loaded)
    assert [s.id for s in plan.scenarios] == ["zz-health", "another", "baseline"]
    assert left_out == []
    assert plan.scenarios[2].duration == 30.0
    assert plan.scenarios[2].evidence == "partial"
    assert plan.scenarios[2].steps[0].params["users"] == 20
    assert plan.known_criteria["T4.1"] == "Baseline"
    assert plan.digest == plan.compute_digest()


def test_a_scenario_without_the_profile_is_left_out_and_named(loaded: list[LoadedScenario]) -> None:
    plan, left_out = _build(loaded, profile="full")
    assert [s.id for s in plan.scenarios] == ["another", "baseline"]
    assert left_out == [("zz-health", "it has no profile 'full', only quick")]


def test_never_an_empty_plan(loaded: list[LoadedScenario]) -> None:
    assert "no selected scenario has the profile 'qiuck'\n  next: did you mean 'quick'?" in _refused(
        loaded, profile="qiuck"
    )
    assert "no scenario is selected" in _refused([])
    with pytest.raises(ScenarioError, match="no scenario is selected"):
        select(loaded, suites=["smoke"], scenarios=["baseline"])


def test_selection(loaded: list[LoadedScenario]) -> None:
    assert {s.id for s in select(loaded)} == {"another", "baseline", "zz-health"}
    assert [s.id for s in select(loaded, suites=["smoke"])] == ["zz-health"]
    assert [s.id for s in select(loaded, suites=["load"], scenarios=["baseline"])] == ["baseline"]
    with pytest.raises(ScenarioError) as refused:
        select(loaded, suites=["laod"], scenarios=["basline", "xyz"])
    text = refused.value.diagnostics()
    assert "there is no scenario 'basline'\n  next: did you mean 'baseline'?" in text
    assert "there is no scenario 'xyz'\n  next: known: another, baseline, zz-health" in text
    assert "there is no suite with scenarios 'laod'\n  next: did you mean 'load'?" in text


def test_what_a_target_lacks_is_refused_with_both_names(tmp_path: Path) -> None:
    faulty = GOOD.replace("checkout}\n", "checkout}\n  - fault: {kind: latency, selector: x}\n")
    needy = load(tmp_path, faulty)
    assert "scenario baseline needs kubernetes-api, which target process lacks" in _refused([needy])
    assert _build([needy], target="kubernetes").plan.scenarios[0].needs == ["kubernetes-api"]
    picky = load(tmp_path, GOOD.replace("method:", "targets: [kubernetes]\nmethod:"))
    assert "scenario baseline runs on kubernetes, not on target process" in _refused([picky], asked_for=["baseline"])
    assert "no selected scenario with the profile" in _refused([picky])
    assert "they run on kubernetes" in _refused([picky])


def test_a_scenario_for_other_targets_is_left_out_with_the_reason(loaded: list[LoadedScenario], tmp_path: Path) -> None:
    picky = load(tmp_path, GOOD.replace("method:", "targets: [kubernetes]\nmethod:"))
    others = [s for s in loaded if s.id != picky.id]
    planned = _build([*others, picky])
    assert picky.id not in [s.id for s in planned.plan.scenarios]
    assert (picky.id, "it runs on kubernetes, not on target process") in planned.left_out
    assert picky.id in [s.id for s in _build([*others, picky], target="kubernetes").plan.scenarios]


def test_a_name_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    picky = load(tmp_path, GOOD)
    assert "there is no target 'proces'\n  next: did you mean 'process'?" in _refused([picky], target="proces")


def _defect(**turns_red: list[str]) -> Defect:
    change = {"kind": "setting", "name": "browser", "value": "none"}
    return Defect.model_validate(
        {"id": "d", "title": "t", "changes": [change], "expect": "fail", "turns_red": turns_red}
    )


def test_a_defect_must_be_able_to_show_itself(loaded: list[LoadedScenario]) -> None:
    sound = _defect(baseline=["http.latency.p95"])
    assert _build(loaded, defect=sound).plan.defect == sound
    assert "baseline has no expectation 'http.latency.p96'\n  next: did you mean 'http.latency.p95'?" in _refused(
        loaded, defect=_defect(baseline=["http.latency.p96"])
    )
    assert "there is no scenario 'basline'" in _refused(loaded, defect=_defect(basline=[]))
    away = {"defect": _defect(**{"zz-health": []}), "profile": "full"}
    assert "none of the scenarios it turns red is planned: zz-health" in _refused(loaded, **away)


@given(order=st.randoms(use_true_random=False))
def test_the_digest_knows_neither_order_nor_time(loaded: list[LoadedScenario], order: random.Random) -> None:
    shuffled = order.sample(loaded, len(loaded))
    tools = dict(order.sample([("python", "3.11"), ("locust", "2")], 2))
    moment = {"run_id": f"r{order.random()}", "created": f"c{order.random()}"}
    waivers = order.sample(WAIVERS, 2)
    assert _build(shuffled, tools=tools, waivers=waivers, **moment).plan.digest == _build(loaded).plan.digest


@pytest.mark.parametrize(
    "changes",
    [{"seed": 8}, {"git": GitState(commit="c0ffef", branch="main")}, {"git": GitState(commit="c0ffee", dirty=True)},
     {"waivers": WAIVERS[:1]}, {"tools": {"python": "3.12"}}, {"profile": "full"}, {"target": "kubernetes"},
     {"defect": _defect(baseline=[])}],
)  # fmt: skip
def test_the_digest_knows_everything_else(loaded: list[LoadedScenario], changes: dict[str, Any]) -> None:
    assert _build(loaded, **changes).plan.digest != _build(loaded).plan.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("< 500ms", "< 501ms"), ("users: 20", "users: 21"), ("min_samples: 200", "min_samples: 201"), ("5s,", "6s,"),
     ("T4.1", "T1.8"), ("owner: qa", "owner: dev"), ("/livez", "/readyz"), ("for 10s", "for 9s")],
)  # fmt: skip
def test_a_changed_scenario_has_another_digest(tmp_path: Path, old: str, new: str) -> None:
    before = _build([load(tmp_path, GOOD)]).plan.digest
    assert GOOD.count(old) == 1
    assert _build([load(tmp_path, GOOD.replace(old, new))]).plan.digest != before


@given(seed=st.integers(0, 2**40), value=st.floats(0.001, 5000).map(lambda v: f"{v:.3f}"))
def test_a_saved_plan_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, loaded: list[LoadedScenario], seed: int, value: str
) -> None:
    root = tmp_path_factory.mktemp("p")
    text = GOOD.replace('warn: "< 1s", abort: "> 10s for 10s"', "").replace("pass: < 500ms, ", f"pass: < {value}ms")
    plan = _build([load(root, text), loaded[2]], seed=seed, defect=_defect(baseline=[])).plan
    again = Plan.model_validate_json(plan.model_dump_json(by_alias=True))
    assert again == plan
    assert again.compute_digest() == plan.digest
    assert again.model_dump_json(by_alias=True) == plan.model_dump_json(by_alias=True)
