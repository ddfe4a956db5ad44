"""Brings the contract's system up on one target, prints the endpoints, and waits to be killed.

What is being done goes to stderr.

python -m tests.targets.fakes.live TARGET FOLDER TAG serve|hang
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.ports.target import TargetOrder
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.cases import CASES, contract_system


def main(name: str, folder: Path, tag: str, api: str) -> None:
    """With `hang` the service never becomes ready, and nothing is printed."""
    described = contract_system(folder / "sources", api=api)
    with Supervisor(tag, folder / "keeper.log") as supervisor:
        target = CASES[name].make(supervisor)
        sources = folder / "sources"
        order = TargetOrder(
            described,
            folder / "work",
            folder / "logs",
            sources,
            sources,
            tag,
            say=lambda text: print(text, file=sys.stderr),
        )
        try:
            print(json.dumps(dict(target.up(order))), flush=True)
            time.sleep(600)
        finally:
            target.down()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
