"""A part of the shop that ends at once, as if its power was cut, when a named function is reached.

``faulty.py app|worker MODULE:NAME before|after NTH [arguments]``. Run by tests as a process; fault points live
here alone, the shop has no switch for them.
"""

import importlib
import os
import sys
import threading
from functools import reduce
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

CUT = 86  # status of a process that ended at its fault point


def plant(target: str, when: str, nth: int) -> None:
    """Replace a function of a module or class by one that ends the process at its ``nth`` call."""
    module, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner = reduce(getattr, owners, importlib.import_module(module))
    real, lock, calls = getattr(owner, name), threading.Lock(), 0

    def faulty(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        with lock:
            calls += 1
            now = calls >= nth
        if now and when == "before":
            os._exit(CUT)
        answer = real(*arguments, **named)
        if now:
            os._exit(CUT)
        return answer

    setattr(owner, name, faulty)


if __name__ == "__main__":
    part, target, when, nth, *arguments = sys.argv[1:]
    main = importlib.import_module(f"system_under_test.{part}.__main__").main
    plant(target, when, int(nth))
    sys.argv = [part, *arguments]
    raise SystemExit(main())
