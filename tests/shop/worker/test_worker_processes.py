"""Workers as real processes: killed, stopped and started again at the worst moments."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from system_under_test.app.resources import Shop
from system_under_test.mail.service import add_mail
from system_under_test.printing.items import add_item_jobs
from tests.shop.helpers import ROOT, free_port, wait_until
from tests.shop.worker.support import (
    Environment,
    MailDouble,
    Placed,
    forget_heartbeats,
    header,
    kill,
    lines_of,
    mail_of,
    place_order,
    row,
    rows,
    stalled_worker,
    worker,
)


def paid(shop: Shop, *titles: str, mail: bool = False) -> Placed:
    with shop.database.write() as session:
        placed = place_order(session, *titles)
        add_item_jobs(session, placed.id)
        if mail:
            add_mail(session, "confirmation", placed.id, placed.id)
    shop.relay.wake()
    return placed


def everything_done(shop: Shop) -> bool:
    jobs, mails = rows(shop, "pdf_jobs"), rows(shop, "mails")
    return all(job.status == "DONE" for job in jobs) and all(mail.status == "SENT" for mail in mails)


def stopped(log: Path) -> dict[str, Any]:
    (line,) = [line for line in lines_of(log) if line["event"] == "worker_stopped"]
    return line


def check_pdf(shop: Shop, job: uuid.UUID) -> None:
    done = row(shop, "pdf_jobs", job)
    pdf = b"".join(shop.store.open(done.object_key)[1])
    assert hashlib.sha256(pdf).hexdigest() == done.sha256


def test_killed_in_the_middle_of_a_render(shop: Shop, worker_environment: Environment, tmp_path: Path) -> None:
    (job,) = paid(shop).items
    log, marker = tmp_path / "worker.log", tmp_path / "rendering"
    with stalled_worker(worker_environment, log, "render", marker) as first:
        wait_until(marker.exists)
        assert row(shop, "pdf_jobs", job).status == "RUNNING"
        kill(first)
    assert shop.gauge.depth()["pdf"] == 1, "not acknowledged before it is done"
    forget_heartbeats(shop)
    with worker(worker_environment, log):
        wait_until(lambda: everything_done(shop))
        wait_until(lambda: shop.gauge.depth()["pdf"] == 0)
    assert len(rows(shop, "pdf_jobs")) == 1
    assert row(shop, "pdf_jobs", job).attempts == 2
    check_pdf(shop, job)


def test_killed_between_the_servers_yes_and_the_row(
    shop: Shop, worker_environment: Environment, postbox: MailDouble, tmp_path: Path
) -> None:
    with shop.database.write() as session:
        placed = place_order(session)
        add_mail(session, "confirmation", placed.id, placed.id)
        mail = mail_of(session, placed.id)
    shop.relay.wake()
    log, marker = tmp_path / "worker.log", tmp_path / "delivered"
    with stalled_worker(worker_environment, log, "delivered", marker) as first:
        wait_until(marker.exists)
        kill(first)
    assert row(shop, "mails", mail).status == "QUEUED"
    forget_heartbeats(shop)
    with worker(worker_environment, log):
        wait_until(lambda: everything_done(shop))
    # SMTP cannot know better: twice on the wire, one message for the customer's mail program.
    ids = [header(message, "Message-ID") for message in postbox.messages()]
    assert ids == [f"<{mail}@village-calendar.example>"] * 2


def test_killed_while_the_server_listens(
    shop: Shop, worker_environment: Environment, postbox: MailDouble, tmp_path: Path
) -> None:
    postbox.fail("slow", 1, seconds=5)
    paid(shop, mail=True)
    log = tmp_path / "worker.log"
    with worker(worker_environment, log) as first:
        wait_until(lambda: (mails := rows(shop, "mails")) and mails[0].attempts == 1)
        wait_until(lambda: httpx.get(postbox.url + "/_control/fault").json()["left"] == 0)
        kill(first)
    forget_heartbeats(shop)
    with worker(worker_environment, log):
        wait_until(lambda: everything_done(shop))
    assert len({header(message, "Message-ID") for message in postbox.messages()}) == 1


def test_sigterm_lets_the_current_job_end_and_leaves_the_others(
    shop: Shop, worker_environment: Environment, tmp_path: Path
) -> None:
    paid(shop, *(f"Calendar {number}" for number in range(6)))
    log, marker = tmp_path / "worker.log", tmp_path / "rendering"
    with stalled_worker(worker_environment, log, "render", marker) as first:
        wait_until(lambda: sum(job.status == "RUNNING" for job in rows(shop, "pdf_jobs")) == 2)
        first.send_signal(signal.SIGTERM)
        wait_until(lambda: "worker_stopping" in log.read_text())
        marker.with_suffix(".go").touch()
        assert first.wait(20) == 0
    assert stopped(log)["unfinished"] == 0
    statuses = [job.status for job in rows(shop, "pdf_jobs")]
    assert (statuses.count("DONE"), statuses.count("QUEUED")) == (2, 4)
    # Those that it had fetched and not begun are back at once, not after the half minute of the dead.
    assert shop.gauge.depth()["pdf"] == shop.gauge.waiting("pdf") == 4
    with worker(worker_environment, log):
        wait_until(lambda: everything_done(shop))
    assert [job.attempts for job in rows(shop, "pdf_jobs")] == [1] * 6


def test_sigterm_does_not_wait_for_ever(shop: Shop, worker_environment: Environment, tmp_path: Path) -> None:
    (job,) = paid(shop).items
    log, marker = tmp_path / "worker.log", tmp_path / "rendering"
    with stalled_worker(worker_environment, log, "brief", marker) as first:
        wait_until(marker.exists)
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) == 0
    assert stopped(log)["unfinished"] == 1
    assert shop.gauge.depth()["pdf"] == 1
    forget_heartbeats(shop)
    with worker(worker_environment, log):
        wait_until(lambda: everything_done(shop))
    check_pdf(shop, job)


def test_time_limit_ends_an_attempt_and_the_worker_goes_on(
    shop: Shop, worker_environment: Environment, tmp_path: Path
) -> None:
    (job,) = paid(shop).items
    log, marker = tmp_path / "worker.log", tmp_path / "rendering"
    with stalled_worker(worker_environment, log, "endless", marker):
        wait_until(lambda: "TimeLimitExceeded" in log.read_text())
        marker.with_suffix(".go").touch()
        wait_until(lambda: everything_done(shop))
    assert row(shop, "pdf_jobs", job).attempts == 2


def test_two_workers_share_the_jobs_and_make_each_once(
    shop: Shop, worker_environment: Environment, tmp_path: Path
) -> None:
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with worker(worker_environment, logs[0]), worker(worker_environment, logs[1]):
        placed = paid(shop, *(f"Calendar {number}" for number in range(8)), mail=True)
        for job in placed.items:
            # Every message twice.
            with shop.database.write() as session:
                session.execute(text("INSERT INTO outbox (actor, job_id) VALUES ('make_pdf', :id)"), {"id": job})
        wait_until(lambda: everything_done(shop) and sum(shop.gauge.depth().values()) == 0)
    made = [line["job_id"] for log in logs for line in lines_of(log) if line["event"] == "pdf_done"]
    assert sorted(made) == sorted(map(str, placed.items))
    assert {job.attempts for job in rows(shop, "pdf_jobs")} == {1}


def test_storage_away_and_back(
    shop: Shop, worker_environment: Environment, tmp_path: Path, storage_endpoint: str
) -> None:
    port = free_port()
    environment = {**worker_environment, "SHOP_STORAGE_ENDPOINT": f"http://127.0.0.1:{port}"}
    log = tmp_path / "worker.log"
    with worker(environment, log):
        (job,) = paid(shop).items
        wait_until(lambda: row(shop, "pdf_jobs", job).attempts >= 1)
        double = [sys.executable, "-m", "system_under_test.doubles.storage", "--port", str(port)]
        back = subprocess.Popen(double, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: everything_done(shop), 40)
        finally:
            back.kill()
            back.wait()


def test_a_worker_of_one_queue_leaves_the_other_alone(
    shop: Shop, worker_environment: Environment, postbox: MailDouble, tmp_path: Path
) -> None:
    with shop.database.write() as session:
        placed = place_order(session)
        add_mail(session, "shipped", placed.id, placed.id)
        add_item_jobs(session, placed.id)
    shop.relay.wake()
    port = str(free_port())
    with worker(worker_environment, tmp_path / "orders.log", "--queues", "orders", "--health-port", port):
        assert postbox.wait()
        wait_until(lambda: shop.gauge.depth()["orders"] == 0)
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert 'shop_mails_total{kind="shipped",outcome="sent"} 1.0' in metrics
        assert 'shop_job_attempts_total{actor="send_mail",outcome="done"} 1.0' in metrics
        assert 'shop_job_seconds_count{actor="send_mail"} 1.0' in metrics
        assert rows(shop, "pdf_jobs")[0].status == "QUEUED"
    with worker(worker_environment, tmp_path / "pdf.log", "--queues", "pdf"):
        wait_until(lambda: everything_done(shop))


@pytest.mark.parametrize("queues", ["printing", "pdf,", ""])
def test_unknown_queue_is_a_usage_error(process_environment: Environment, queues: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "system_under_test.worker", "--queues", queues],
        cwd=ROOT, env=process_environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "the queues are pdf, orders" in done.stderr


def test_lost_messages_are_found_by_the_upkeep(
    shop: Shop, worker_environment: Environment, postbox: MailDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = paid(shop, mail=True)
    wait_until(lambda: not rows(shop, "outbox"))
    shop.broker.flush_all()
    with shop.database.write() as session:
        for table in ("pdf_jobs", "mails"):
            session.execute(text(f"UPDATE {table} SET updated_at = now() - interval '2 minutes'"))  # noqa: S608
    with worker(worker_environment, tmp_path / "worker.log"):
        wait_until(lambda: everything_done(shop))
    check_pdf(shop, placed.items[0])
    assert len(postbox.messages()) == 1
