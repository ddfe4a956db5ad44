"""The commands as real processes: they start, finish what they began, and say clearly why they cannot."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from system_under_test.app.resources import Shop
from tests.shop.helpers import CALENDARS, PDF_JOB, REQUEST_PDF, ROOT, Guest, answers, free_port, wait_until

Environment = dict[str, str]


@contextmanager
def process(environment: Environment, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


def events_of(log: Path) -> list[str]:
    return [json.loads(line)["event"] for line in log.read_text().splitlines() if line.startswith("{")]


def test_app_finishes_the_running_request_on_sigterm(
    process_environment: Environment, tmp_path: Path, shop: Shop, guest: Guest
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    guest.new_calendar()
    results: list[httpx.Response] = []
    log = tmp_path / "app.log"
    with process(process_environment, log, "system_under_test.app", "--port", str(port)) as app:
        wait_until(lambda: answers(url + "/readyz"))
        with shop.housekeeping.write() as session:
            # The request waits for this lock, so it is certainly running when the signal comes.
            session.execute(text("LOCK TABLE calendars IN ACCESS EXCLUSIVE MODE"))

            def ask() -> None:
                cookies = dict(guest.client.cookies)
                results.append(httpx.post(url + "/graphql", json={"query": CALENDARS}, cookies=cookies, timeout=20))

            asking = threading.Thread(target=ask)
            asking.start()
            locks = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            wait_until(lambda: session.scalar(locks))
            app.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert app.poll() is None, "the process must wait for the running request"
        asking.join()
        assert app.wait(10) == 0
    assert results[0].status_code == 200
    assert len(results[0].json()["data"]["calendars"]) == 1
    assert events_of(log)[-1] != "request_fault"
    assert "stopped" in events_of(log)


def test_worker_makes_the_pdf_and_ends_in_order(
    process_environment: Environment, tmp_path: Path, guest: Guest, shop: Shop
) -> None:
    log = tmp_path / "worker.log"
    port = str(free_port())
    with process(process_environment, log, "system_under_test.worker", "--health-port", port) as worker:
        wait_until(lambda: "worker_ready" in log.read_text())
        assert answers(f"http://127.0.0.1:{port}/livez")
        job = guest.data(REQUEST_PDF, id=guest.new_calendar())["requestPdf"]["id"]
        done = wait_until(lambda: (j := guest.data(PDF_JOB, id=job)["pdfJob"])["status"] == "DONE" and j)
        assert guest.client.get(done["downloadUrl"]).content.startswith(b"%PDF-")
        assert 'shop_pdf_attempts_total{outcome="done"} 1.0' in httpx.get(f"http://127.0.0.1:{port}/metrics").text
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    assert events_of(log)[-1] == "worker_stopped"


def test_job_of_a_killed_worker_is_done_by_the_next(
    process_environment: Environment, tmp_path: Path, guest: Guest, shop: Shop
) -> None:
    job = guest.data(REQUEST_PDF, id=guest.new_calendar())["requestPdf"]["id"]
    wait_until(lambda: shop.gauge.waiting("pdf") == 1)
    # As a killed worker leaves it: the message is gone, the job looks as if it were running.
    shop.broker.flush_all()
    with shop.housekeeping.write() as session:
        session.execute(text("UPDATE pdf_jobs SET status = 'RUNNING', updated_at = now() - interval '2 minutes'"))
    log = tmp_path / "worker.log"
    with process(process_environment, log, "system_under_test.worker"):
        wait_until(lambda: guest.data(PDF_JOB, id=job)["pdfJob"]["status"] == "DONE")


def test_migrate_can_be_run_twice(process_environment: Environment) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "system_under_test.db.migrate"],
            cwd=ROOT, env=process_environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module", ["system_under_test.app", "system_under_test.worker", "system_under_test.db.migrate"]
)
def test_missing_setting_ends_the_process_with_one_sentence(process_environment: Environment, module: str) -> None:
    environment = {k: v for k, v in process_environment.items() if k != "SHOP_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "Village Calendar cannot start: SHOP_DATABASE_URL is missing.\n"


def test_storage_double_refuses_production(process_environment: Environment) -> None:
    environment = {**process_environment, "SHOP_ENVIRONMENT": "production"}
    done = subprocess.run(
        [sys.executable, "-m", "system_under_test.doubles.storage", "--port", str(free_port())],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 2
    assert "SHOP_ENVIRONMENT" in done.stderr
