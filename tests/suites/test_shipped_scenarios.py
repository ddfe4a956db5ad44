"""The shipped smoke and e2e scenarios: each step is asked about, and what is asked for exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from suites.e2e.suite import JOURNEYS
from suites.smoke.params import STEPS
from suites.smoke.saved import names_used

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def load(path: str) -> Any:
    return YAML(typ="safe").load((SCENARIOS / path).read_text(encoding="utf-8"))


def asked(scenario: Any) -> set[str]:
    labels = [one["labels"]["check"] for one in scenario["expectations"]]
    return {name for label in labels for name in (label if isinstance(label, list) else [label])}


def test_every_smoke_step_is_asked_about_and_saves_come_first() -> None:
    scenario = load("smoke/shop-smoke.yaml")
    assert asked(scenario) == {step["id"] for step in scenario["method"]}
    known: set[str] = set()
    for step in scenario["method"]:
        ((kind, params),) = [(key, value) for key, value in step.items() if key != "id"]
        made = STEPS[kind].model_validate(params)
        assert names_used(made) <= known
        known |= made.save.keys()


def test_no_profile_claims_the_order_that_nobody_places() -> None:
    """T8.6 asks for a placed order; until a step places one, the scenario must not say that it is met."""
    scenario = load("smoke/shop-smoke.yaml")
    orders = any("order" in step["id"] for step in scenario["method"])
    assert orders or {profile["evidence"] for profile in scenario["profiles"].values()} == {"partial"}


JOURNEY_SCENARIOS = ("guest-calendar", "sign-in", "checkout", "admin", "account", "keyboard", "phone")


def markers() -> dict[str, list[str]]:
    """Every journey that there is, with the criteria in its marker."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(JOURNEYS.glob("test_*.py")))
    found = re.findall(r"@pytest\.mark\.journey\(\"([^\"]+)\", criteria=\[([^\]]*)\]\)", text)
    return {name: [one.strip(' "') for one in criteria.split(",")] for name, criteria in found}


@pytest.mark.parametrize("name", JOURNEY_SCENARIOS)
def test_every_selected_journey_is_asked_about_and_cites_the_same_criteria(name: str) -> None:
    scenario, known = load(f"e2e/{name}.yaml"), markers()
    (step,) = [step["journeys"] for step in scenario["method"]]
    suffix = "@phone" if step.get("viewport") == "phone" else ""
    assert asked(scenario) == {journey + suffix for journey in step["select"]}
    assert set(step["select"]) <= known.keys()
    assert {one for journey in step["select"] for one in known[journey]} == set(scenario["metadata"]["criteria"])


def test_no_journey_is_left_out_of_every_scenario() -> None:
    selected = {
        journey
        for path in sorted((SCENARIOS / "e2e").glob("*.yaml"))
        for step in load(f"e2e/{path.name}")["method"]
        for journey in step["journeys"]["select"]
    }
    assert selected == markers().keys()
