"""One whole green run of the quick profile, and everything that can be asked of its folder afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.store.manifest import verify_manifest
from harness.store.reader import RunReader
from tests.acceptance.command import Answer, gone_within, launchgate, only_run
from tests.support import browser_or_reason

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.alone]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def answer(runs: Path) -> Answer:
    browser_or_reason()
    return launchgate("run", "--runs-dir", str(runs), timeout=1200)


@pytest.fixture(scope="module")
def run(runs: Path, answer: Answer) -> RunReader:
    assert answer.code == 0, answer.out + answer.err
    return only_run(runs)


def test_it_passes_names_its_reports_and_leaves_nothing_running(answer: Answer, run: RunReader) -> None:
    assert "PASS" in answer.out
    assert "gate      OPEN under policy default" in answer.out
    for name in ("load-calendar-baseline.html", "load-calendar-baseline.pdf", "summary.md", "junit.xml", "report.json"):
        path = run.path / "reports" / name
        assert path.stat().st_size > 500
        assert name in answer.out
    assert gone_within(run.plan.run_id, 20)


def test_the_plan_says_what_was_run(run: RunReader) -> None:
    plan = run.plan
    assert plan.digest == plan.compute_digest()
    assert len(plan.git.commit) == 40
    assert {"python", "launchgate", "locust", "playwright"} <= set(plan.tools)
    assert [s.suite for s in plan.scenarios] == sorted(
        (s.suite for s in plan.scenarios), key=lambda suite: (suite != "smoke", suite)
    )
    assert {s.suite for s in plan.scenarios} == {"smoke", "docs", "e2e", "load"}


def test_evidence_of_every_station_is_kept(run: RunReader) -> None:
    files = run.evidence_files()
    for service in ("api", "worker", "database", "queue", "storage", "migrate"):
        assert f"evidence/target/{service}.log" in files
    assert "evidence/calendar-baseline/samples.csv.gz" in files
    assert any(name.startswith("evidence/guest-calendar/") and name.endswith((".png", ".jpg")) for name in files)
    sampled = {o.metric for o in run.observations() if o.kind == "measurement"}
    wanted = {"resource.cpu", "resource.memory", "db.connections", "db.pool.in_use", "queue.depth", "generator.cpu"}
    assert wanted <= sampled


def test_a_copy_elsewhere_is_judged_and_reported_to_the_same_bytes(run: RunReader, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(run.path, copy)
    before = {p.name: p.read_bytes() for p in (copy / "reports").iterdir()} | {
        "record.json": (copy / "record.json").read_bytes()
    }
    assert launchgate("judge", str(copy)).code == 0
    assert launchgate("report", str(copy)).code == 0
    after = {p.name: p.read_bytes() for p in (copy / "reports").iterdir()} | {
        "record.json": (copy / "record.json").read_bytes()
    }
    assert after == before
    assert verify_manifest(copy) == []


def test_the_gate_takes_it_and_refuses_it_after_one_changed_byte(run: RunReader, runs: Path, tmp_path: Path) -> None:
    assert launchgate("gate", "--runs-dir", str(runs)).code == 0
    copy = tmp_path / "changed"
    shutil.copytree(run.path, copy)
    stream = copy / "observations.ndjson"
    stream.write_bytes(stream.read_bytes().replace(b'"outcome":"passed"', b'"outcome":"passEd"', 1))
    answer = launchgate("gate", str(copy))
    assert answer.code == 30
    assert "observations.ndjson: was changed" in answer.err


def test_an_edited_record_opens_nothing(run: RunReader, tmp_path: Path) -> None:
    """The gate judges anew; what stands in record.json is for reading."""
    copy = tmp_path / "edited"
    shutil.copytree(run.path, copy)
    (copy / "record.json").write_text((copy / "record.json").read_text().replace('"pass"', '"fail"'))
    assert launchgate("gate", str(copy)).code == 0
    assert launchgate("report", str(copy)).code == 30


def test_list_and_show(runs: Path, run: RunReader) -> None:
    listed = json.loads(launchgate("list", "--runs-dir", str(runs), "--format", "json").out)
    assert [(r["run_id"], r["status"]) for r in listed] == [(run.plan.run_id, "pass")]
    shown = launchgate("show", "--runs-dir", str(runs), "--all")
    assert shown.code == 0
    assert "p95-of[op=calendar.read]: observed" in shown.out
