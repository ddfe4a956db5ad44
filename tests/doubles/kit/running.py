"""Runs a double in a thread of the test, on a real socket."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from system_under_test.doubles.kit.command import DoubleServer, address, listen


def until(check: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Return once ``check`` holds; fails the test after ``seconds``."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            pytest.fail(f"{what}: not within {seconds} s")
        time.sleep(0.005)


@dataclass
class Double:
    """A running double and a client of it."""

    app: FastAPI
    http: httpx.Client
    ports: dict[str, int] = field(default_factory=dict)

    def fault(self, mode: str, next: int = 1, seconds: float = 1.0) -> None:
        answer = self.http.post("/_control/fault", json={"mode": mode, "next": next, "seconds": seconds})
        assert answer.status_code == 200, answer.text

    def reset(self) -> None:
        assert self.http.post("/_control/reset").status_code == 200

    def woken(self, path: str, params: dict[str, Any], act: Callable[[], object]) -> httpx.Response:
        """Return the answer of a long-poll that was seen waiting before ``act`` was done."""
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self.http.get, path, params={**params, "timeout": 8})
            until(lambda: self.app.state.bell.waiting == 1, "the long-poll waits")
            act()
            return answer.result(timeout=20)


@contextmanager
def running(app: FastAPI, **ports: int) -> Iterator[Double]:
    """Serve ``app`` on a free loopback port for as long as the block lasts."""
    listener = listen("test", "127.0.0.1", 0)
    server = DoubleServer(app, "")
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    url = f"http://{address(listener)}"
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive(), "the double starts")
        assert server.started
        with httpx.Client(base_url=url, timeout=15) as client:
            yield Double(app, client, dict(ports))
    finally:
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()
