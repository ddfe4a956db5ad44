"""T5.5: the journeys against an environment that runs already, in both colours. A shop stands in for beta."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.command import ROOT, launchgate, only_run
from tests.support import needs_browser

pytestmark = [pytest.mark.slow, pytest.mark.paired]
SOURCES = ("system_under_test", "docs", "deploy")
# a confirmed order that is called unpaid for ever
BROKEN = ("system_under_test/web/static/ordering/order-texts.js", "Thank you! Your order is paid.", "Order received.")


@contextmanager
def beta(folder: Path) -> Iterator[Path]:
    """A running shop from the sources in `folder`, and the file that describes it as the environment beta."""
    runs, described = ("--runs-dir", str(folder / "up")), folder / "beta.yaml"
    system = folder / "system_under_test/system.yaml"
    up = launchgate("up", "--detach", "--system", str(system), *runs)
    assert up.code == 0, up.err
    try:
        known = {name: url for name, url in json.loads(up.out).items() if "://" in url}
        file = {
            "apiVersion": "launchgate/v1", "kind": "Environment", "name": "beta", "title": "Stands in for beta",
            "endpoints": {**known, "database": "{env:BETA_DATABASE_URL}"}, "hosts": ["127.0.0.0/8"], "suites": ["e2e"],
        }  # fmt: skip
        described.write_text(json.dumps(file))  # JSON is YAML
        (folder / "database").write_text(known["database"])
        yield described
    finally:
        assert launchgate("down", *runs).code == 0


@needs_browser
@pytest.mark.parametrize(
    ("broken", "code"),
    [(False, 0), pytest.param(True, 10, marks=pytest.mark.nightly)],  # five journeys wait in vain
)
def test_the_deployments_last_step(tmp_path: Path, broken: bool, code: int) -> None:
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    if broken:
        path, good, bad = BROKEN
        text = (tmp_path / path).read_text()
        assert good in text
        (tmp_path / path).write_text(text.replace(good, bad))
    with beta(tmp_path) as described:
        database = (tmp_path / "database").read_text()
        chosen = ("--target", "remote", "--environment", str(described), "--scenario", "beta")
        answer = launchgate(
            "run", *chosen, "--runs-dir", str(tmp_path / "runs"), env={"BETA_DATABASE_URL": database}, timeout=900
        )
    assert answer.code == code, answer.out + answer.err
    run = only_run(tmp_path / "runs")
    assert run.plan.environment == "beta"
    assert not any(database in path.read_text("utf-8", "replace") for path in run.path.rglob("*.json"))
    (criteria,) = [line for line in answer.out.splitlines() if line.startswith("criteria ")]
    met = [part.strip() for part in criteria.removeprefix("criteria").split("·")]
    assert ("met: T5.5" in met) is not broken
    if broken:
        assert "expected the order's page to say “Thank you! Your order is paid.”" in answer.out
