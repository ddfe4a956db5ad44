"""Brings a fake system up as the harness would, prints what a test has to know, and waits to be ended."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.model.errors import Stopped
from harness.ports.target import TargetOrder
from harness.run.stop import StopSwitch
from harness.targets.process import ProcessTarget
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.systems import family


def undo(folder: Path, tag: str) -> None:
    """Makes something that is no process, and would have it undone."""
    with Supervisor(tag, folder / "keeper.log") as supervisor:
        supervisor.if_killed("cluster", ["touch", str(folder / "undone")])
        print(json.dumps({}), flush=True)
        time.sleep(600)


def main(folder: Path, tag: str, ready: bool) -> None:
    """On SIGINT the same orderly end as in a run."""
    stop = StopSwitch()
    with stop.on_signals(), Supervisor(tag, folder / "keeper.log") as supervisor:
        target = ProcessTarget(supervisor)
        try:
            print(json.dumps({"scratch": str(supervisor.scratch())}), flush=True)
            endpoints = target.up(TargetOrder(family(ready=ready), folder, folder, Path.cwd(), Path.cwd(), tag))
            print(json.dumps(dict(endpoints)), flush=True)
            time.sleep(600)
        except Stopped:
            print(json.dumps("stopped"), flush=True)
        finally:
            target.down()


if __name__ == "__main__":
    if sys.argv[3] == "undo":
        undo(Path(sys.argv[1]), sys.argv[2])
    else:
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "ready")
