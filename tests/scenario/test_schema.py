"""The schema for editors: current, and of one mind with the loader about form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from harness.cli.project import load_project
from harness.scenario.schema import scenario_schema, schema_text
from harness.scenario.yaml_source import parse_source
from tests.scenario.fakes import catalogue
from tests.scenario.samples import GOOD, problems

ROOT = Path(__file__).parents[2]


def _errors(text: str) -> list[str]:
    document: Any = parse_source(text.encode(), "x").data
    validator = jsonschema.Draft202012Validator(scenario_schema(catalogue()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(scenario_schema(catalogue()))


def test_the_sound_scenario_is_valid() -> None:
    assert _errors(GOOD) == []


def test_a_step_may_have_a_start_and_an_id() -> None:
    text = GOOD.replace(
        "checkout}\n", "checkout}\n    at: 5s\n    id: users\n  - fault: {kind: latency, selector: x}\n"
    )
    assert _errors(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owner: qa", "ownr: qa"),
        ("suite: load", "suite: laod"),
        ("[T4.1]", "[T4.2]"),
        ("duration: 30s", "duration: 30"),
        ("duration: 30s", "duration: 30sec"),
        ("pass: < 500ms", "pass: 500ms"),
        ("pass: < 500ms", "pass_: < 500ms"),
        ('"== 0"', "0"),
        ("http.error_rate", "http.eror_rate"),
        ("http.latency.p95", "http.latency"),
        ("load: {users", "laod: {users"),
        ("users: 100", "usres: 100"),
        ("users: 100", "users: -1"),
        ("users: 100", "users: '100'"),
        ("checkout}\n", "checkout}\n    att: 5s\n"),
        ("method:", "targets: [proces]\nmethod:"),
        ("min_samples: 200", "validity: yes"),
        ("evidence: full", "evidence: all"),
    ],
)
def test_editor_and_loader_refuse_the_same(tmp_path: Path, old: str, new: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    assert _errors(text)
    assert problems(tmp_path, text)


def test_any_percentile_is_known_and_an_unusual_one_too() -> None:
    assert _errors(GOOD.replace("http.latency.p95", "http.latency.p99.9")) == []
    assert _errors(GOOD.replace("http.latency.p95", "http.latency.p9999"))


def test_the_same_catalogue_gives_the_same_bytes() -> None:
    assert schema_text(catalogue()) == schema_text(catalogue())
    assert json.loads(schema_text(catalogue())) == scenario_schema(catalogue())


def test_the_schema_in_the_project_is_current() -> None:
    project = load_project(ROOT)
    written = (ROOT / "scenarios/schema.json").read_text(encoding="utf-8")
    assert written == schema_text(project.catalogue), "run: launchgate validate --write-schema"


def test_the_scenarios_of_the_project_satisfy_it() -> None:
    project = load_project(ROOT)
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "scenarios/schema.json").read_text("utf-8")))
    assert project.scenarios
    for loaded in project.scenarios:
        source = parse_source((ROOT / loaded.source).read_bytes(), loaded.source)
        assert [e.message for e in validator.iter_errors(source.data)] == [], loaded.source
