"""SIGTERM: the process says at once that it is not ready, serves on for a moment, and ends in order."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import httpx

from tests.shop.helpers import answers, free_port, wait_until
from tests.shop.worker.support import Environment, process


def test_readiness_ends_at_once_and_service_a_little_later(process_environment: Environment, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**process_environment, "SHOP_DRAIN_DELAY": "2"}
    log = tmp_path / "app.log"
    with process(environment, log, "-m", "system_under_test.app", "--port", str(port)) as app:
        wait_until(lambda: answers(url + "/readyz"))
        app.send_signal(signal.SIGTERM)
        wait_until(lambda: answers(url + "/readyz", 503), 1.5)
        refused = httpx.get(url + "/readyz")
        assert refused.json()["status"] == "draining"
        # New connections are still served: whoever shares out the requests has not noticed yet.
        assert httpx.get(url + "/").status_code == 200
        assert httpx.get(url + "/livez").status_code == 200
        assert app.wait(15) == 0
    assert '"stopped"' in log.read_text()


def test_second_signal_ends_the_wait(process_environment: Environment, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**process_environment, "SHOP_DRAIN_DELAY": "60"}
    with process(environment, tmp_path / "app.log", "-m", "system_under_test.app", "--port", str(port)) as app:
        wait_until(lambda: answers(url + "/readyz"))
        app.send_signal(signal.SIGTERM)
        wait_until(lambda: answers(url + "/readyz", 503))
        started = time.monotonic()
        app.send_signal(signal.SIGTERM)
        assert app.wait(20) == 0
        assert time.monotonic() - started < 20
