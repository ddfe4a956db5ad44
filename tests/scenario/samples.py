"""A sound scenario of the fake suites, for tests to break."""

from __future__ import annotations

from pathlib import Path

from harness.model.errors import ScenarioError
from harness.ports.loaded import LoadedScenario
from harness.scenario.documents import load_scenario
from tests.scenario.fakes import catalogue

GOOD = """\
apiVersion: launchgate/v1
kind: Scenario
metadata: {id: baseline, title: Baseline load, owner: qa, criteria: [T4.1]}
suite: load
profiles:
  quick: {evidence: partial, duration: 30s, with: {users: 20}}
  full: {evidence: full, duration: 10m}
steady_state: [{probe: http, path: /livez, within: 500ms}]
method:
  - load: {users: 100, behaviour: checkout}
expectations:
  - {metric: http.error_rate, labels: {op: [save, read]}, pass: "== 0", min_samples: 200}
  - {metric: http.latency.p95, window: {from: 5s, to: 30s}, pass: < 500ms, warn: "< 1s", abort: "> 10s for 10s"}
"""
FILE = "scenarios/load/baseline.yaml"


def put(root: Path, text: str | bytes, file: str = FILE) -> Path:
    """Writes a file of a project in `root`."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def load(root: Path, text: str | bytes, file: str = FILE) -> LoadedScenario:
    """Loads the text as a scenario file of the project in `root`."""
    return load_scenario(put(root, text, file), catalogue(), root=root)


def problems(root: Path, text: str | bytes, file: str = FILE) -> list[str]:
    """What is wrong with the text, each problem as it is printed."""
    try:
        load(root, text, file)
    except ScenarioError as error:
        refused = error
    else:
        return []
    assert refused.exit_code == 2
    return [p.diagnostics() for p in refused.problems]
