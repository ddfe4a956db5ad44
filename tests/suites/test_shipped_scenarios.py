"""The shipped smoke and e2e scenarios: each step is asked about, and what is asked for exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

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


def test_every_selected_journey_exists_and_cites_the_same_criteria() -> None:
    scenario = load("e2e/guest-calendar.yaml")
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(JOURNEYS.glob("test_*.py")))
    markers = dict(re.findall(r"@pytest\.mark\.journey\(\"([^\"]+)\", criteria=\[([^\]]*)\]\)", text))
    (select,) = [step["journeys"]["select"] for step in scenario["method"]]
    assert asked(scenario) == set(select) <= markers.keys()
    cited = {one.strip(' "') for name in select for one in markers[name].split(",")}
    assert cited == set(scenario["metadata"]["criteria"])
