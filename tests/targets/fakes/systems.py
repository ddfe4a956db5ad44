"""Fake systems made of `service.py`, and what tests ask of the machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from harness.model.system import System
from harness.targets.keeper import TAG_VARIABLE, find

SERVICE = str(Path(__file__).with_name("service.py"))
PORT = ["--port", "{port}"]


def service(name: str, *args: str, **more: Any) -> dict[str, Any]:
    """One service of a description; ready when `/ready` answers, unless told otherwise."""
    ready = {"http": "/ready", "within": "20s"}
    return {"name": name, "role": "application", "command": ["python", SERVICE, *args], "ready": ready, **more}


def system(*services: dict[str, Any], **more: Any) -> System:
    """A validated description."""
    return System.model_validate({"name": "fake-system", "services": list(services), **more})


def family(*, ready: bool = True) -> System:
    """PostgreSQL, Valkey, and a service with a child and a daemon that ignores SIGTERM."""
    return system(
        {"name": "database", "role": "database", "embedded": "postgresql", "endpoint": "database"},
        {"name": "queue", "role": "queue", "embedded": "valkey", "endpoint": "queue"},
        service("api", "serve" if ready else "hang", "--family", "--say", "begun", *PORT, endpoint="api"),
    )


def eventually(holds: Callable[[], bool], what: str, within: float = 30.0) -> None:
    """Waits until something holds, and fails when it never does."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.02)


def tagged(tag: str) -> set[psutil.Process]:
    """Live processes that carry a run's tag."""
    return find([], (TAG_VARIABLE, tag))
