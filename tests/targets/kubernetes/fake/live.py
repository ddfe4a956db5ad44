"""Brings the small system up on a cluster of its own and waits to be killed.

python -m tests.targets.kubernetes.fake.live FOLDER TAG
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.ports.target import TargetOrder
from harness.targets.kubernetes.target import KindTarget
from harness.targets.supervisor import Supervisor
from tests.targets.kubernetes.fake.fakes import small_system, sources


def main(folder: Path, tag: str) -> None:
    """Says what it does on stdout, the endpoints last."""
    root = sources(folder / "sources")
    with Supervisor(tag, folder / "keeper.log") as supervisor:
        target = KindTarget(supervisor)
        order = TargetOrder(
            small_system(), folder / "work", folder / "logs", root, root, tag, say=lambda text: print(text, flush=True)
        )
        try:
            print(json.dumps(dict(target.up(order))), flush=True)
            time.sleep(600)
        finally:
            target.down()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
