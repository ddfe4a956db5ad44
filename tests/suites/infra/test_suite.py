"""The suite: cheap to import, every check accounted for, and what happens where there is no cluster or no tool."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import Receipt
from harness.model.plan import Step
from suites.infra.documents import read_objects
from suites.infra.metrics import checks_of
from suites.infra.params import STEPS, Manifests
from suites.infra.suite import InfraSuite
from tests.suites.context import planned
from tests.suites.infra.conftest import OVERLAYS, ROOT
from tests.suites.infra.fake_cluster import InfraContext, outcome
from tests.support import need_kubectl

SCENARIOS = sorted((ROOT / "scenarios" / "infra").glob("*.yaml"))
MANIFESTS = {"overlays": [f"deploy/overlays/{name}" for name in OVERLAYS]}


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def steps_of(scenario: Any) -> list[Step]:
    found = []
    for step in scenario["method"]:
        ((kind, params),) = [(key, value) for key, value in step.items() if key not in ("id", "at")]
        found.append(
            Step(id=step["id"], kind=kind, params=STEPS[kind].model_validate(params).model_dump(by_alias=True))
        )
    return found


def test_a_list_of_suites_does_not_wait_for_the_cluster_client() -> None:
    code = "import sys, suites.infra.suite; print([m for m in sys.modules if m in ('kubernetes', 'httpx', 'ruamel')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.strip() == "[]"


def test_the_manifests_that_ship_answer_every_check(tmp_path: Path) -> None:
    need_kubectl()
    context = InfraContext(tmp_path, sources=str(ROOT))
    InfraSuite().run(planned("infra", [{"id": "m", "manifests": MANIFESTS}]), context)
    found = outcome(context)
    assert set(found) == set(checks_of(Step(id="m", kind="manifests", params=MANIFESTS)))
    assert set(found.values()) == {"passed"}
    assert all(receipt.complete for receipt in context.of(Receipt))
    assert (tmp_path / context.check("static.schema").evidence[1]).is_file()


def test_sources_with_a_defect_are_what_is_rendered(tmp_path: Path) -> None:
    need_kubectl()
    shutil.copytree(ROOT / "deploy", tmp_path / "planted" / "deploy")
    api = tmp_path / "planted/deploy/base/api.yaml"
    api.write_text(api.read_text().replace("cpu: 500m", "cpu: 499m").replace("revisionHistoryLimit", "historyLimit"))
    context = InfraContext(tmp_path, sources=str(tmp_path / "planted"))
    InfraSuite().run(planned("infra", [{"id": "m", "manifests": MANIFESTS}]), context)
    red = {name for name, state in outcome(context).items() if state != "passed"}
    assert red == {"static.schema", "static.resources.api"}
    assert (
        "production: Deployment/calendar-api spec.historyLimit: unknown key" in context.check("static.schema").message
    )


def test_an_overlay_that_cannot_be_rendered_is_told_with_its_reason(tmp_path: Path) -> None:
    need_kubectl()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/kustomization.yaml").write_text("resources: [nowhere.yaml]\n")
    with pytest.raises(SuiteError, match=r"broken cannot be rendered: .*nowhere\.yaml"):
        InfraSuite().run(
            planned("infra", [{"id": "m", "manifests": {"overlays": ["broken"]}}]),
            InfraContext(tmp_path, sources=str(tmp_path)),
        )


def test_without_kubectl_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    context = InfraContext(tmp_path, sources=str(ROOT))
    with pytest.raises(ToolMissing, match="kubectl"):
        InfraSuite().run(planned("infra", [{"id": "m", "manifests": MANIFESTS}]), context)
    assert context.seen == []


@pytest.mark.parametrize("access", [{}, {"kubeconfig": "nowhere"}])
def test_without_a_cluster_nothing_is_known(tmp_path: Path, access: dict[str, str]) -> None:
    context = InfraContext(tmp_path, **access)
    with pytest.raises(SuiteError, match=r"no access to a cluster|kubeconfig cannot be used"):
        InfraSuite().run(planned("infra", [{"id": "c", "cluster": {}}]), context)
    assert context.seen == []


def test_a_run_that_is_to_stop_skips_what_is_left(tmp_path: Path) -> None:
    context = InfraContext(tmp_path, sources=str(ROOT))
    context.stop = "Ctrl-C"
    InfraSuite().run(planned("infra", [{"id": "m", "manifests": MANIFESTS}]), context)
    assert set(outcome(context).values()) == {"skipped"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_that_ships_asks_for_checks_that_its_steps_answer(path: Path) -> None:
    import fnmatch

    scenario = load(path)
    answered = [name for step in steps_of(scenario) for name in checks_of(step)]
    for one in scenario["expectations"]:
        if one["metric"] != "check.failed" or path.stem == "deployment-guide":
            continue
        label = one["labels"]["check"]
        for wanted in label if isinstance(label, list) else [label]:
            matched = fnmatch.filter(answered, wanted)
            assert len(matched) >= one.get("min_samples", 1), f"{one['id']}: {wanted} matches {len(matched)}"


def test_the_manifests_and_cluster_scenario_asks_for_every_rule() -> None:
    import fnmatch

    scenario = load(ROOT / "scenarios/infra/cluster-manifests.yaml")
    labels = [one["labels"]["check"] for one in scenario["expectations"]]
    wanted = [name for label in labels for name in (label if isinstance(label, list) else [label])]
    answered = [name for step in steps_of(scenario) for name in checks_of(step)]
    assert [name for name in answered if not any(fnmatch.fnmatch(name, one) for one in wanted)] == []


def test_disruptions_bring_what_makes_them_readable() -> None:
    disrupt = steps_of(load(ROOT / "scenarios/infra/rolling-restart.yaml"))
    assert {one.id for one in InfraSuite.spec.standing(disrupt)} == {"quiet-before", "restored", "every-check"}
    guide = steps_of(load(ROOT / "scenarios/infra/deployment-guide.yaml"))
    assert {one.id for one in InfraSuite.spec.standing(guide)} == {"every-check"}
    assert InfraSuite.spec.needs(disrupt) == {"cluster"}
    assert InfraSuite.spec.needs(guide) == frozenset()


def test_two_overlays_of_one_name_would_hide_each_other() -> None:
    with pytest.raises(ValidationError, match="same name"):
        Manifests(overlays=["a/kind", "b/kind"])


def test_yaml_is_read_as_the_api_server_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: on\nmode: 0440\n---\n---\nkind: List\nitems: [{kind: Pod}]\n")
    assert read_objects(path) == [{"a": True, "mode": 0o440}, {"kind": "Pod"}]
    path.write_text("a: 1\na: 2\n")
    with pytest.raises(SuiteError, match="duplicate key"):
        read_objects(path)
    path.write_text("just a text\n")
    with pytest.raises(SuiteError, match="something else"):
        read_objects(path)
