"""What a sound scenario becomes: steps under each profile, one expectation per label value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import pytest
from annotated_types import Len
from pydantic import BaseModel, StringConstraints

from harness.model.errors import ScenarioError
from harness.model.threshold import parse_threshold
from harness.ports.catalogue import Catalogue
from harness.scenario.checking import check
from harness.scenario.documents import load_scenarios
from harness.scenario.thresholds import (
    Domain,
    Misfit,
    check_abort,
    check_pass,
    check_warn,
    domain_of,
    fitted,
    samples_needed,
)
from harness.scenario.yaml_source import parse_source
from tests.scenario.fakes import ERRORS, LATENCY, REQUESTS, catalogue
from tests.scenario.samples import GOOD, load, problems, put


def test_a_profile_overrides_parameters_of_the_steps_that_have_them(tmp_path: Path) -> None:
    text = GOOD.replace(
        "checkout}\n", "checkout}\n  - fault: {kind: latency, selector: app=api}\n    at: 10s\n    id: slow\n"
    )
    profiles = load(tmp_path, text).profiles
    assert [(s.id, s.kind, s.at) for s in profiles["quick"].steps] == [("load-1", "load", 0.0), ("slow", "fault", 10.0)]
    assert profiles["quick"].steps[0].params == {"users": 20, "behaviour": "checkout", "think_time": 1.0}
    assert profiles["full"].steps[0].params["users"] == 100
    assert profiles["quick"].needs == {"kubernetes-api"}
    assert profiles["quick"].profile.duration == 30.0


def test_a_profile_may_supply_what_a_step_leaves_out(tmp_path: Path) -> None:
    text = GOOD.replace("{users: 100, behaviour: checkout}", "{}")
    assert [p.split("\n")[0] for p in problems(tmp_path, text)] == [
        "scenarios/load/baseline.yaml:10:5: method[0].load: users is missing"
    ]
    both = text.replace("duration: 10m", "duration: 10m, with: {users: 5}")
    assert load(tmp_path, both).profiles["full"].steps[0].params["users"] == 5


def test_expectations_are_expanded_named_and_cited(tmp_path: Path) -> None:
    save, read, slow, offered = load(tmp_path, GOOD).profiles["quick"].expectations
    assert (save.id, save.labels) == ("http.error_rate[op=save]", {"op": "save"})
    assert (read.id, read.labels) == ("http.error_rate[op=read]", {"op": "read"})
    assert save.source == read.source == "scenarios/load/baseline.yaml:12"
    assert (save.statistic, save.min_samples, save.pass_.dimension) == ("ratio", 200, "ratio")
    assert (slow.id, slow.window_from, slow.window_to) == ("http.latency.p95", 5.0, 30.0)
    assert slow.abort is not None
    assert (slow.abort.value, slow.abort.holds_for, slow.source[-3:]) == (10.0, 10.0, ":13")
    assert (offered.id, offered.standing, offered.validity) == ("load.offered", True, True)
    assert [e.criteria for e in (save, slow, offered)] == [["T4.1"]] * 3
    assert not save.standing


def test_an_id_of_its_own_keeps_only_the_label_that_differs(tmp_path: Path) -> None:
    text = GOOD.replace("{op: [save, read]}", "{op: [save, read], status: 500}").replace(
        "min_samples: 200", "id: errors, criteria: [T1.8]"
    )
    found = load(tmp_path, text).profiles["full"].expectations
    assert [e.id for e in found[:2]] == ["errors[op=save]", "errors[op=read]"]
    assert found[0].labels == {"op": "save", "status": "500"}
    assert found[0].criteria == ["T1.8"]


def test_yaml_booleans_are_those_of_1_2(tmp_path: Path) -> None:
    text = GOOD.replace("{op: [save, read]}", "{op: [on, no, off]}").replace("min_samples: 200", "validity: true")
    found = load(tmp_path, text).profiles["full"].expectations
    assert [e.labels["op"] for e in found[:3]] == ["on", "no", "off"]
    assert found[0].validity is True


def test_two_files_cannot_share_an_id_and_none_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    assert [s.source for s in load_scenarios(tmp_path, catalogue())] == ["scenarios/load/baseline.yaml"]
    put(tmp_path, GOOD, "scenarios/load/second.yml")
    put(tmp_path, "kind: Waiver", "scenarios/waivers/w.yaml")
    put(tmp_path, "x: 1", "scenarios/criteria.yaml")
    put(tmp_path, GOOD.replace("id: baseline", "id: other"), "scenarios/lost/third.yaml")
    put(tmp_path, GOOD.replace("id: baseline", "id: fourth"), "scenarios/load/deep/fourth.yaml")
    put(tmp_path, GOOD.replace("id: baseline", "id: fifth"), "scenarios/fifth.yaml")
    with pytest.raises(ScenarioError) as refused:
        load_scenarios(tmp_path, catalogue())
    assert [p.where for p in refused.value.problems] == [
        "scenarios/fifth.yaml:4:8",
        "scenarios/load/deep/fourth.yaml:4:8",
        "scenarios/load/second.yml:3:16",
        "scenarios/lost/third.yaml:4:8",
    ]
    assert "is also the id of scenarios/load/baseline.yaml" in refused.value.diagnostics()


def test_no_scenario_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    with pytest.raises(ScenarioError, match="there is no scenario"):
        load_scenarios(tmp_path, catalogue())


@pytest.mark.parametrize(
    ("written", "dimension", "value"),
    [("== 0", "time", 0.0), ("< 80%", "ratio", 0.8), ("< 0.8", "ratio", 0.8), ("< 2Gi", "bytes", 2.0**31),
     ("< 5", "number", 5.0)],
)  # fmt: skip
def test_thresholds_take_the_dimension_of_their_metric(written: str, dimension: str, value: float) -> None:
    found = fitted(parse_threshold(written), dimension)  # type: ignore[arg-type]
    assert (found.dimension, found.value, found.text) == (dimension, value, written)


@pytest.mark.parametrize(
    ("written", "dimension"),
    [("< 500", "time"), ("< 500ms", "ratio"), ("< 5", "ratio"), ("< 5", "bytes"), ("< 5%", "number"),
     ("< 5s", "number")],
)  # fmt: skip
def test_thresholds_of_another_dimension_are_refused(written: str, dimension: str) -> None:
    with pytest.raises(Misfit) as refused:
        fitted(parse_threshold(written), dimension)  # type: ignore[arg-type]
    assert refused.value.advice.startswith("write")


def test_domains() -> None:
    inf = float("inf")
    assert domain_of(LATENCY, "p99") == Domain(0.0, inf, "time")
    assert domain_of(LATENCY, "count") == Domain(0.0, inf, "number")
    assert domain_of(REQUESTS, "rate") == Domain(0.0, inf, "number")
    assert domain_of(ERRORS, "ratio") == Domain(0.0, 1.0, "ratio")


_TIME = domain_of(LATENCY, "p95")


@pytest.mark.parametrize(("written", "sound"), [("< 1s", True), ("!= 1s", True), ("< 0s", False), ("<= 0s", True),
                                                (">= 0s", False), ("> 0s", True), ("== 5s", True)])  # fmt: skip
def test_a_pass_must_be_able_to_go_green_and_red(written: str, sound: bool) -> None:
    if sound:
        check_pass(parse_threshold(written), _TIME)
    else:
        with pytest.raises(Misfit):
            check_pass(parse_threshold(written), _TIME)


@pytest.mark.parametrize(
    ("pass_", "warn", "sound"),
    [("< 1s", "< 2s", True), ("< 1s", "<= 1s", True), ("<= 1s", "< 1s", False), ("< 1s", "< 1s", False),
     ("> 5s", "> 1s", True), ("> 5s", "< 9s", False), ("== 0s", "< 1s", True), ("== 5s", "< 1s", False)],
)  # fmt: skip
def test_a_warning_lies_between_pass_and_fail(pass_: str, warn: str, sound: bool) -> None:
    if sound:
        check_warn(parse_threshold(warn), parse_threshold(pass_), _TIME)
    else:
        with pytest.raises(Misfit):
            check_warn(parse_threshold(warn), parse_threshold(pass_), _TIME)


@pytest.mark.parametrize(
    ("abort", "sound"), [("> 1s for 9s", True), (">= 1s", True), ("> 900ms", False), ("> 1s for 10s", False)]
)
def test_an_abort_lies_beyond_pass_and_within_the_method(abort: str, sound: bool) -> None:
    if sound:
        check_abort(parse_threshold(abort), parse_threshold("< 1s"), _TIME, 10.0)
    else:
        with pytest.raises(Misfit):
            check_abort(parse_threshold(abort), parse_threshold("< 1s"), _TIME, 10.0)


def test_a_percentile_needs_samples_beyond_it(tmp_path: Path) -> None:
    assert [samples_needed(s, "distribution") for s in ("p50", "p95", "p99", "p99.9", "max")] == [2, 20, 100, 1000, 1]
    assert samples_needed("p99", "gauge") == 1
    text = GOOD.replace("http.latency.p95", "http.latency.p99.9")
    assert [p.split("\n")[0] for p in problems(tmp_path, text)] == [
        "scenarios/load/baseline.yaml:13:14: expectations[1].metric: 1000 samples are needed: p99.9 says nothing of "
        "fewer, but the method of profile quick gives at most 600"
    ]


def test_a_method_that_no_target_can_carry_out(tmp_path: Path) -> None:
    faulty = GOOD.replace("checkout}\n", "checkout}\n  - fault: {kind: latency, selector: x}\n")
    put(tmp_path, faulty)
    only_process = Catalogue(catalogue().suites, {"process": frozenset()}, catalogue().criteria)
    with pytest.raises(ScenarioError) as refused:
        load_scenarios(tmp_path, only_process)
    assert refused.value.diagnostics() == (
        "scenarios/load/baseline.yaml:10:3: no target has all that the method needs: kubernetes-api"
    )


def test_one_entry_does_not_stand_for_thousands(tmp_path: Path) -> None:
    values = ", ".join(f"op{n}" for n in range(101))
    found = problems(tmp_path, GOOD.replace("save, read", values))
    assert found[0].startswith(
        "scenarios/load/baseline.yaml:12:39: expectations[0].labels: stands for 101 expectations"
    )


def test_a_model_of_a_plugin_may_say_what_it_likes() -> None:
    class Plugin(BaseModel):
        pair: Annotated[list[int], Len(2, 3)]
        code: Annotated[str, StringConstraints(pattern="^x+$", max_length=3)]
        colour: UUID

    source = parse_source(b"pair: [1]\ncode: abc\ncolour: red\n", "f.yaml")
    value, found = check(Plugin, source.data, source)
    assert value is None
    assert [p.diagnostics() for p in found[:2]] == [
        "f.yaml:1:7: pair: has too few entries: at least 2 are needed",
        "f.yaml:2:7: code: 'abc' does not have the form ^x+$",
    ]
    assert found[2].what.startswith("colour: must be a valid UUID")
    source = parse_source(b"pair: [1, 2, 3, 4]\ncode: xxxx\ncolour: 5\n", "f.yaml")
    _, found = check(Plugin, source.data, source)
    assert [p.what for p in found[:2]] == ["pair: has more than 3 entries", "code: 'xxxx' is longer than 3 characters"]
