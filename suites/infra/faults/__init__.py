"""The disruptions, by the name that a scenario gives them."""

from __future__ import annotations

from suites.infra.faults.base import Fault, Scene
from suites.infra.faults.drain import NodeDrain
from suites.infra.faults.pods import PodFreeze, PodKill, PodOutOfMemory
from suites.infra.faults.restart import RollingRestart

FAULTS: dict[str, type[Fault]] = {
    "rolling-restart": RollingRestart,
    "node-drain": NodeDrain,
    "pod-kill": PodKill,
    "pod-oom": PodOutOfMemory,
    "pod-freeze": PodFreeze,
}

__all__ = ["FAULTS", "Fault", "Scene"]
