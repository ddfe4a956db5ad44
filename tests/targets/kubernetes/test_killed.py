"""A harness that is killed while its cluster is being made leaves none; the contract test kills one that is ready."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.support import need_kind
from tests.targets.fakes.systems import eventually, tagged
from tests.targets.kubernetes.fake.fakes import containers_of

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.alone
def test_a_killed_harness_leaves_no_cluster(tmp_path: Path) -> None:
    need_kind()
    tag = f"test-{uuid.uuid4()}"
    argv = [sys.executable, "-m", "tests.targets.fakes.live", "kind", str(tmp_path), tag, "serve"]
    env = {**os.environ, "LAUNCHGATE_CLUSTER": "lg-test-killed"}
    with subprocess.Popen(
        argv, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as harness:
        try:
            assert harness.stderr
            said = next(line for line in harness.stderr if line.startswith("making cluster"))
            cluster = said.split()[2]
        finally:
            harness.kill()
    # first the keeper's word: before it has looked there may be no container yet, and one a moment later
    log = tmp_path / "keeper.log"
    eventually(lambda: log.exists() and "the harness is gone: ended" in log.read_text(), "the keeper's end", within=180)
    assert f"undoing {cluster}: done" in log.read_text()
    assert containers_of(cluster) == []
    eventually(lambda: not tagged(tag), "every process is gone", within=30)
