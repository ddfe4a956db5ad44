"""A process that is told to stop: it says so, and lets its clients go before it closes the door."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx

from tests.shop.helpers import answers, free_port, wait_until
from tests.shop.test_processes import process


def test_a_draining_process_ends_kept_connections(process_environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    environment = {**process_environment, "SHOP_DRAIN_DELAY": "20"}
    arguments = ("system_under_test.app", "--port", str(port))
    with process(environment, tmp_path / "app.log", *arguments) as app:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert "connection" not in client.get("/livez").headers
            app.send_signal(signal.SIGTERM)
            ends = wait_until(lambda: client.get("/livez").headers.get("connection"))
            assert ends == "close"
            assert client.get("/readyz").status_code == 503
            assert client.get("/livez").status_code == 200, "the door is still open"
        app.send_signal(signal.SIGTERM)
        assert app.wait(20) == 0
