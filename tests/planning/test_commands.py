"""`launchgate validate` and `launchgate plan`, as they are typed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import typer
from typer.testing import CliRunner, Result

from harness import wiring
from harness.cli import project as project_module
from harness.cli.plan import plan
from harness.cli.project import PlanOptions, load_project, prepare_plan
from harness.cli.validate import validate
from harness.model.errors import LaunchgateError, UsageError
from harness.model.plan import Plan
from harness.ports.catalogue import Catalogue
from tests.planning.test_build import SMOKE
from tests.scenario import fakes
from tests.scenario.samples import GOOD, put
from tests.scenario.test_documents import DEFECT, POLICY, SYSTEM, WAIVER

CRITERIA = """\
apiVersion: launchgate/v1
kind: Criteria
areas:
  - {id: T1, title: One, criteria: [{id: T1.8, text: Rolling update}]}
  - {id: T4, title: Four, criteria: [{id: T4.1, text: Baseline}]}
  - {id: T8, title: Eight, criteria: [{id: T8.6, text: Smoke}]}
"""
TODAY = datetime.now(UTC).date()
app = typer.Typer()
app.command("validate")(validate)
app.command("plan")(plan)


def _catalogue(criteria: dict[str, str]) -> Catalogue:
    fake = fakes.catalogue()
    return Catalogue(fake.suites, fake.targets, criteria)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one of everything."""
    monkeypatch.setattr(wiring, "catalogue", _catalogue)
    monkeypatch.setattr(project_module, "suite_tools", lambda names: {f"tool-of-{name}": "1" for name in names})
    for file, text in {
        "scenarios/criteria.yaml": CRITERIA,
        "scenarios/load/baseline.yaml": GOOD,
        "scenarios/smoke/health.yaml": SMOKE,
        "scenarios/policies/release.yaml": POLICY,
        "scenarios/waivers/slow.yaml": WAIVER.replace("2026-11-23", str(TODAY)),
        "system_under_test/system.yaml": SYSTEM,
        "suites/selftest/defects/slow.yaml": DEFECT,
    }.items():
        put(tmp_path, text, file)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def refused(*arguments: str) -> str:
    """The words of a command that ends with exit code 2; `main` prints them."""
    result = run(*arguments)
    assert isinstance(result.exception, LaunchgateError), result.output
    assert result.exception.exit_code == 2
    assert result.stdout == ""
    return result.exception.diagnostics()


def test_a_sound_project(root: Path) -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "scenarios/criteria.yaml: OK",
        "scenarios/load/baseline.yaml: OK",
        "scenarios/smoke/health.yaml: OK",
        "scenarios/policies/release.yaml: OK",
        "scenarios/waivers/slow.yaml: OK",
        "system_under_test/system.yaml: OK",
        "suites/selftest/defects/slow.yaml: OK",
    ]
    assert "7 file(s), 0 problem(s)" in result.stderr


def test_problems_of_all_files_end_with_2(root: Path) -> None:
    put(root, GOOD.replace("owner", "ownr"))
    put(root, SMOKE.replace("== 0", ">= 0"), "scenarios/smoke/health.yaml")
    put(root, WAIVER.replace("2026-11-23", str(TODAY - timedelta(days=1))), "scenarios/waivers/slow.yaml")
    result = run("validate")
    assert result.exit_code == 2
    for part in (
        "baseline.yaml:3:48: metadata.ownr",
        "health.yaml:7:45: expectations[0].pass",
        "slow.yaml:7:10: the waiver exp",
    ):
        assert part in result.stdout
    assert "criteria.yaml: OK" in result.stdout
    assert "Traceback" not in result.output


def test_a_policy_that_asks_for_an_unknown_scenario(root: Path) -> None:
    put(root, POLICY + "scenarios: [basline]\n", "scenarios/policies/release.yaml")
    result = run("validate")
    assert result.exit_code == 2
    assert (
        "release.yaml:6:13: scenarios[0]: there is no scenario 'basline'\n  next: did you mean 'baseline'?"
        in result.stdout
    )


def test_json_and_github(root: Path) -> None:
    put(root, GOOD.replace("owner: qa", 'ownr: "%,:"'))
    found = json.loads(run("validate", "--format", "json").stdout)
    assert found["ok"] is False
    (wrong,) = [f for f in found["files"] if not f["ok"]]
    assert wrong["problems"][1] == {
        "line": 3, "column": 48, "key": "metadata.ownr", "message": "metadata.ownr: unknown key 'ownr'",
        "advice": "did you mean 'owner'?",
    }  # fmt: skip
    lines = run("validate", "--format", "github").stdout.splitlines()
    assert lines[1] == (
        "::error file=scenarios/load/baseline.yaml,line=3,col=48,title=launchgate validate::"
        "metadata.ownr: unknown key 'ownr' (did you mean 'owner'?)"
    )
    put(root, GOOD.replace("suite: load", "suite: '100%'"))
    assert "unknown suite '100%25'" in run("validate", "--format", "github").stdout


def test_named_files_are_checked_by_their_kind(root: Path) -> None:
    put(root, GOOD.replace("owner", "ownr"))
    assert run("validate", "scenarios/smoke", "scenarios/waivers/slow.yaml", "suites/selftest").exit_code == 0
    assert run("validate", "scenarios/load/baseline.yaml").exit_code == 2
    put(root, GOOD.replace("id: baseline", "id: zz-health"), "scenarios/load/twin.yaml")
    result = run("validate", "scenarios/load/twin.yaml")
    assert result.exit_code == 2
    assert "twin.yaml:3:16: metadata.id: 'zz-health' is also the id of scenarios/smoke/health.yaml" in result.stdout
    assert "baseline.yaml" not in result.stdout


def test_nothing_to_check_is_an_error(root: Path) -> None:
    (root / "empty").mkdir()
    assert "empty: there is no YAML file in this folder" in refused("validate", "empty")
    assert "absent.yaml: there is no such file or folder" in refused("validate", "absent.yaml")
    for file in ("load/baseline.yaml", "smoke/health.yaml"):
        (root / "scenarios" / file).unlink()
    assert "scenarios: there is no scenario" in refused("validate")


def test_the_schema_is_written_on_request(root: Path) -> None:
    assert run("validate").exit_code == 0
    assert not (root / "scenarios/schema.json").exists()
    result = run("validate", "--write-schema")
    assert result.exit_code == 0
    assert "wrote scenarios/schema.json" in result.stderr
    jsonschema.Draft202012Validator.check_schema(json.loads((root / "scenarios/schema.json").read_text("utf-8")))


def test_no_project_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no project here" in refused("validate")
    assert "no project here" in refused("plan")


def test_the_project_is_found_from_a_folder_within(root: Path) -> None:
    assert load_project(root / "scenarios/load").root == root
    with pytest.raises(UsageError):
        load_project(root.parent)


def test_a_plan_for_people(root: Path) -> None:
    before = sorted(p for p in root.rglob("*"))
    result = run("plan")
    assert result.exit_code == 0
    text = result.stdout
    for part in (
        "plan of shop · target process · profile quick · seed 1",
        "tool-of-load 1",
        "waiver   slow-preview of platform",
        "baseline: Baseline load",
        "steady   http api/livez answers 200 within 0.5 s",
        "step     load-1 at 0 s: users=20, behaviour=checkout, think_time=1.0",
        "http.error_rate[op=save] == 0 % · at least 200 samples · scenarios/load/baseline.yaml:12",
        "http.latency.p95 < 500 ms · warn < 1 s · abort > 10 s for 10 s · from 5 s to 30 s",
        "load.offered >= 95 % · validity · standing · scenarios/load/baseline.yaml:4",
    ):
        assert part in text, part
    assert text.index("zz-health") < text.index("baseline: ")
    assert sorted(p for p in root.rglob("*")) == before


def test_a_plan_for_programs_and_what_is_left_out(root: Path) -> None:
    result = run("plan", "--profile", "full", "--format", "json", "--seed", "9")
    plan_ = Plan.model_validate_json(result.stdout)
    assert (plan_.seed, plan_.profile, [s.id for s in plan_.scenarios]) == (9, "full", ["baseline"])
    assert plan_.digest == plan_.compute_digest()
    assert result.stderr == "left out: zz-health: it has no profile 'full', only quick\n"


def test_a_planned_defect(root: Path) -> None:
    result = run("plan", "--defect", "slow-save", "--suite", "load")
    assert "defect   slow-save: Saving takes 800 ms longer (such a run never opens a gate)" in result.stdout
    assert "there is no defect 'slow-sav'\n  next: did you mean 'slow-save'?" in refused("plan", "--defect", "slow-sav")


def test_plans_that_are_refused(root: Path) -> None:
    assert "did you mean 'baseline'?" in refused("plan", "--scenario", "basline")
    assert "did you mean 'smoke'?" in refused("plan", "--suite", "smok")
    assert "did you mean 'process'?" in refused("plan", "--target", "proces")
    assert "did you mean 'quick'?" in refused("plan", "--profile", "qiuck")
    put(root, WAIVER.replace("2026-11-23", str(TODAY - timedelta(days=1))), "scenarios/waivers/slow.yaml")
    assert "slow.yaml:7:10: the waiver expired" in refused("plan")
    put(root, GOOD.replace("owner", "ownr"))
    assert "did you mean 'owner'?" in refused("plan")


def test_the_digest_is_that_of_the_content_and_not_of_the_moment(root: Path) -> None:
    project = load_project()
    now = datetime.now(UTC)
    first, _ = prepare_plan(project, PlanOptions(), now)
    second, _ = prepare_plan(load_project(), PlanOptions(), now + timedelta(microseconds=5))
    assert first.digest == second.digest
    assert first.run_id != second.run_id


def test_a_gate_passes_over_expired_waivers_and_finds_policies(root: Path) -> None:
    project = load_project()
    assert [w.id for w in project.waivers_in_force()] == ["slow-preview"]
    put(root, WAIVER.replace("2026-11-23", str(date(2020, 1, 1))), "scenarios/waivers/slow.yaml")
    assert project.waivers_in_force() == []
    assert project.policy("release").id == project.policy("scenarios/policies/release.yaml").id == "release"
    with pytest.raises(LaunchgateError) as unknown:
        project.policy("relese")
    assert "did you mean 'release'?" in unknown.value.diagnostics()
