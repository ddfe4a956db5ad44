"""Criteria, policies, waivers, the system and its defects: sound ones load, wrong ones say where and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.cli.project import load_project
from harness.model.errors import ScenarioError
from harness.scenario.documents import load_criteria, load_defects, load_policy, load_system, load_waivers
from tests.scenario.fakes import catalogue
from tests.scenario.samples import put

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
# Criteria of each task of the launch plan; the plan itself is no part of the product.
COUNTS = {"T1": 9, "T2": 7, "T3": 10, "T4": 7, "T5": 6, "T6": 8, "T7": 7, "T8": 6, "T9": 7, "T10": 6}

WAIVER = """\
apiVersion: launchgate/v1
kind: Waiver
id: slow-preview
fingerprint: 0123456789abcdef
owner: platform
reason: The preview is slow on the small node
expires: 2026-11-23
"""
POLICY = """\
apiVersion: launchgate/v1
kind: Policy
id: release
criteria: [T4.1]
never_waive: [T8.6]
"""
DEFECT = """\
apiVersion: launchgate/v1
kind: Defect
id: slow-save
title: Saving takes 800 ms longer
changes:
  - {kind: patch, file: a.py, find: x, replace: y}
expect: fail
turns_red: {baseline: [http.latency.p95]}
"""
SYSTEM = """\
apiVersion: launchgate/v1
kind: System
name: shop
services:
  - {name: database, role: database, embedded: postgresql}
  - {name: api, role: application, needs: [database], command: [python, -m, app]}
telemetry:
  signals: [{metric: queue.depth, series: shop_queue_depth}]
"""


def _refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ScenarioError) as refused:
        call()
    assert refused.value.exit_code == 2
    return refused.value.diagnostics()


def test_the_criteria_of_the_launch_plan_are_complete() -> None:
    areas = load_criteria(ROOT / "scenarios/criteria.yaml")
    assert [area.id for area in areas] == list(COUNTS)
    for area in areas:
        assert [c.id for c in area.criteria] == [f"{area.id}.{n}" for n in range(1, COUNTS[area.id] + 1)]
        assert area.title
        assert all(len(c.text) > 10 for c in area.criteria)
    by_id = {c.id: c for area in areas for c in area.criteria}
    assert "p95 < 500 ms, p99 < 1 s" in by_id["T4.1"].text
    assert by_id["T4.1"].here == "Locust"
    assert areas[4].here == "suites/e2e/"


def test_criteria_are_unique_and_belong_to_their_area(tmp_path: Path) -> None:
    text = (
        "apiVersion: launchgate/v1\nkind: Criteria\nareas:\n  - id: T1\n    title: One\n    criteria:\n"
        "      - {id: T1.1, text: first}\n      - {id: T1.1, text: again}\n      - {id: T10.1, text: stray}\n"
    )
    found = _refused(lambda: load_criteria(put(tmp_path, text, "scenarios/criteria.yaml")))
    assert "scenarios/criteria.yaml:8:14: areas[0].criteria[1].id: T1.1 is there twice" in found
    assert "scenarios/criteria.yaml:9:14: areas[0].criteria[2].id: T10.1 does not belong to area T1" in found


def test_a_waiver_counts_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    path = put(tmp_path, WAIVER, "scenarios/waivers/slow.yaml")
    put(tmp_path, "no YAML: at: all", "scenarios/waivers/README.md")
    assert [w.expires for w in load_waivers(path.parent, TODAY)] == [TODAY]
    found = _refused(lambda: load_waivers(path.parent, date(2026, 11, 24)))
    assert found.startswith("scenarios/waivers/slow.yaml:7:10: the waiver expired on 2026-11-23; today is 2026-11-24\n")
    assert [w.id for w in load_waivers(path.parent, None)] == ["slow-preview"]
    assert load_waivers(tmp_path / "none", TODAY) == []


def test_the_example_in_the_guide_is_a_sound_waiver(tmp_path: Path) -> None:
    guide = (ROOT / "scenarios/waivers/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    folder = put(tmp_path, example, "scenarios/waivers/example.yaml").parent
    assert [w.id for w in load_waivers(folder, TODAY)] == ["slow-preview-on-beta"]


def test_the_default_policy_names_what_exists() -> None:
    project = load_project(ROOT)
    policy = load_policy(ROOT / "scenarios/policies/default.yaml", project.catalogue, root=ROOT)
    assert set(policy.scenarios) <= {s.id for s in project.scenarios}
    assert policy.scenarios


def test_two_waivers_cannot_share_an_id(tmp_path: Path) -> None:
    folder = put(tmp_path, WAIVER, "scenarios/waivers/a.yaml").parent
    put(tmp_path, WAIVER, "scenarios/waivers/b.yaml")
    found = _refused(lambda: load_waivers(folder, TODAY))
    assert found == "scenarios/waivers/b.yaml:3:5: the id 'slow-preview' is also that of scenarios/waivers/a.yaml"


@pytest.mark.parametrize(
    ("old", "new", "start", "part"),
    [
        ("kind: Waiver", "kind: Waver", "2:7", "kind: must be 'Waiver', not 'Waver'"),
        ("kind: Waiver\n", "", "1:1", "add 'kind: Waiver'"),
        ("launchgate/v1", "v1", "1:13", "apiVersion: must be 'launchgate/v1', not 'v1'"),
        ("2026-11-23", "soon", "7:10", "expires: must be a date such as 2027-03-31, not 'soon'"),
        ("2026-11-23", "2026-02-30", "7:10", "expires: must be a date such as 2027-03-31, not '2026-02-30'"),
        ("expires: 2026-11-23\n", "", "1:1", "expires is missing"),
        ("expires:", "expiry:", "7:1", "did you mean 'expires'?"),
        ("0123456789abcdef", "0123", "4:14", "fingerprint: must be text, not 123"),
        ("The preview is slow on the small node", "slow", "6:9", "'slow' is shorter than 10 characters"),
        ("owner: platform", "ownr: platform", "5:1", "did you mean 'owner'?"),
    ],
)
def test_wrong_waivers(tmp_path: Path, old: str, new: str, start: str, part: str) -> None:
    assert WAIVER.count(old) == 1
    path = put(tmp_path, WAIVER.replace(old, new), "scenarios/waivers/slow.yaml")
    found = _refused(lambda: load_waivers(path.parent, TODAY))
    assert re.search(rf"^scenarios/waivers/slow.yaml:{start}: ", found, re.MULTILINE), found
    assert part in found


def test_policies(tmp_path: Path) -> None:
    path = put(tmp_path, POLICY, "scenarios/policies/release.yaml")
    assert load_policy(path, catalogue()).never_waive == ["T8.6"]
    put(
        tmp_path,
        POLICY.replace("T8.6", "T8.7").replace("criteria: [T4.1]", "max_waivers: -1"),
        "scenarios/policies/release.yaml",
    )
    found = _refused(lambda: load_policy(path, catalogue()))
    assert "scenarios/policies/release.yaml:4:14: max_waivers: must be at least 0, not -1" in found
    put(tmp_path, POLICY.replace("T8.6", "T8.7"), "scenarios/policies/release.yaml")
    found = _refused(lambda: load_policy(path, catalogue()))
    assert "release.yaml:5:15: never_waive[0]: there is no criterion 'T8.7'\n  next: did you mean 'T8.6'?" in found


def test_defects(tmp_path: Path) -> None:
    folder = put(tmp_path, DEFECT, "suites/selftest/defects/slow.yaml").parent
    assert load_defects(folder)[0].changes[0].kind == "patch"
    text = DEFECT.replace("kind: patch", "kind: pach").replace("expect: fail", "expect: fial")
    put(tmp_path, text, "suites/selftest/defects/slow.yaml")
    found = _refused(lambda: load_defects(folder))
    assert "slow.yaml:6:5: changes[0]: unknown kind 'pach'\n  next: did you mean 'patch'?" in found
    assert (
        "slow.yaml:7:9: expect: must be 'fail', 'inconclusive' or 'error', not 'fial'\n  next: did you mean 'fail'?"
        in found
    )
    put(tmp_path, DEFECT.replace("find: x", "fnid: x"), "suites/selftest/defects/slow.yaml")
    found = _refused(lambda: load_defects(folder))
    assert "slow.yaml:6:31: changes[0].fnid: unknown key 'fnid'\n  next: did you mean 'find'?" in found


def test_the_shop_of_this_project_is_a_sound_system() -> None:
    system = load_system(ROOT / "system_under_test/system.yaml", catalogue())
    assert system.name == "village-calendar"
    assert {s.endpoint for s in system.services} >= {"api", "database", "queue", "storage"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("needs: [database]", "needs: [databse]", "6:44: unknown service 'databse'\n  next: did you mean 'database'?"),
        ("name: api", "name: database", "6:12: two services are called 'database'"),
        (", embedded: postgresql", "", "5:5: service database needs either a command or 'embedded'"),
        ("queue.depth", "queue.deph", "8:22: unknown metric 'queue.deph'\n  next: did you mean 'queue.depth'?"),
        ("role: application", "role: app", "6:23: services[1].role: must be "),
    ],
)
def test_wrong_systems(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = put(tmp_path, SYSTEM, "system_under_test/system.yaml")
    assert load_system(path, catalogue()).name == "shop"
    put(tmp_path, SYSTEM.replace(old, new), "system_under_test/system.yaml")
    assert f"system_under_test/system.yaml:{message}" in _refused(lambda: load_system(path, catalogue()))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = _refused(lambda: load_system(tmp_path / "system_under_test/system.yaml"))
    assert found == "system_under_test/system.yaml:1:1: cannot be read: No such file or directory"
