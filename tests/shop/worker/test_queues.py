"""Queues and their gauges, messages that nobody can carry out, and the command for dead letters."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dramatiq
import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from system_under_test.app.relay import OutboxRelay
from system_under_test.app.resources import Shop
from system_under_test.db.outbox import add_message
from system_under_test.mail.service import add_mail
from system_under_test.printing.items import add_item_jobs
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.worker import dead_letters, jobs
from system_under_test.worker.jobs import register_jobs
from system_under_test.worker.queue import make_broker
from system_under_test.worker.routing import ACTOR_QUEUES, QUEUES
from tests.shop.helpers import ROOT, wait_until
from tests.shop.worker.support import Environment, MailDouble, mail_of, place_order, row


def old_message(shop: Shop, actor: str, seconds: float, *, delay: int | None = None) -> None:
    message: Any = dramatiq.Message(
        ACTOR_QUEUES[actor], actor, (str(uuid.uuid4()),), {}, {},
        message_timestamp=int((time.time() - seconds) * 1000),
    )  # fmt: skip
    shop.broker.enqueue(message, delay=delay)


@contextmanager
def working(shop: Shop, registry: CollectorRegistry | None = None, **changes: Any) -> Iterator[CollectorRegistry]:
    """A worker with all jobs, in threads of the test process."""
    registry = registry or CollectorRegistry()
    settings = shop.settings.model_copy(update=changes)
    broker = make_broker(settings.queue_url)
    register_jobs(broker, settings, shop.database, shop.store, shop.gateway, registry)
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()
    try:
        yield registry
    finally:
        worker.stop()
        broker.close()


def test_every_actor_has_a_queue_and_a_job() -> None:
    assert set(ACTOR_QUEUES.values()) == set(QUEUES)
    assert set(jobs._LIMITS) == set(ACTOR_QUEUES)


def test_unknown_actor_cannot_be_written_and_does_not_stop_the_relay(still: Shop) -> None:
    with pytest.raises(ValueError, match="invented"), still.database.write() as session:
        add_message(session, "invented", uuid.uuid4())
    with still.database.write() as session:
        session.execute(text("INSERT INTO outbox (actor, job_id) VALUES ('of_tomorrow', gen_random_uuid())"))
        add_message(session, "make_pdf", uuid.uuid4())
    assert OutboxRelay(still.housekeeping, still.broker).turn() == 2
    depth = still.gauge.depth()
    assert (depth["orders"], depth["pdf"]) == (1, 1)


def test_depth_and_age_of_each_queue(still: Shop) -> None:
    assert still.gauge.ages() == {"pdf": 0.0, "orders": 0.0}
    old_message(still, "make_pdf", 30)
    old_message(still, "make_pdf", 300)
    old_message(still, "make_pdf", 3)
    old_message(still, "send_mail", 1)
    old_message(still, "send_mail", 7000, delay=60_000)
    assert still.gauge.depth() == {"pdf": 3, "pdf.retry": 0, "orders": 1, "orders.retry": 1}
    ages = still.gauge.ages()
    assert 300 <= ages["pdf"] < 310
    assert 7000 <= ages["orders"] < 7010, "a message that waits for its next attempt is unfinished too"
    assert (still.gauge.waiting("pdf"), still.gauge.waiting()) == (3, 4)
    # Fetched and not acknowledged: out of the list, and still unfinished.
    still.broker.do_fetch("pdf", 3)
    assert still.gauge.waiting("pdf") == 0
    assert 300 <= still.gauge.ages()["pdf"] < 310


def test_scrape_has_age_dead_letters_and_mail(still: Shop, client: httpx.Client) -> None:
    old_message(still, "make_pdf", 100)
    with still.database.write() as session:
        placed = place_order(session)
        add_mail(session, "confirmation", placed.id, placed.id)
    lines = dict(
        line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line and not line.startswith("#")
    )
    assert 100 <= float(lines['shop_queue_age_seconds{queue="pdf"}']) < 110
    assert float(lines['shop_queue_age_seconds{queue="orders"}']) == 0
    assert float(lines['shop_dead_letters{queue="orders"}']) == 0
    assert float(lines["shop_mail_letters_waiting"]) == 1
    assert float(lines['shop_mail_letters_total{outcome="sent"}']) == 0


def test_poison_does_not_hold_up_the_others(shop: Shop, postbox: MailDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = {name: {**values, "min_backoff": 1, "max_backoff": 5} for name, values in jobs._LIMITS.items()}
    monkeypatch.setattr(jobs, "_LIMITS", {name: {**values, "max_retries": 3} for name, values in fast.items()})
    for queue, actor, argument in (
        ("pdf", "make_pdf", "no id at all"),
        ("orders", "of_tomorrow", str(uuid.uuid4())),
        ("orders", "handle_webhook", 17),
    ):
        shop.broker.enqueue(dramatiq.Message(queue, actor, (argument,), {}, {}))
    with shop.database.write() as session:
        placed = place_order(session)
        add_item_jobs(session, placed.id)
        add_mail(session, "confirmation", placed.id, placed.id)
        mail = mail_of(session, placed.id)
    shop.relay.wake()
    with working(shop, smtp_port=postbox.port) as registry:
        wait_until(lambda: row(shop, "mails", mail).status == "SENT")
        wait_until(lambda: sum(shop.gauge.dead().values()) == 3)
        wait_until(lambda: sum(shop.gauge.depth().values()) == 0)
        outcomes = {
            (sample.labels["actor"], sample.labels["outcome"]): sample.value
            for metric in registry.collect()
            for sample in metric.samples
            if sample.name == "shop_job_attempts_total"
        }
    assert row(shop, "pdf_jobs", placed.items[0]).status == "DONE"
    (letter,) = postbox.messages()
    assert f"/downloads/{placed.items[0]}" in letter["text"]
    assert outcomes["make_pdf", "done"] == 1
    assert outcomes["make_pdf", "again"] == 3
    assert outcomes["make_pdf", "dead"] == 1
    assert outcomes["send_mail", "done"] == 1
    assert shop.gauge.dead() == {"pdf": 1, "orders": 2}


def test_no_traceback_lies_in_the_queue(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ObjectStore, "put", away)
    with shop.database.write() as session:
        add_item_jobs(session, place_order(session).id)
    shop.relay.wake()
    with working(shop):
        bodies = wait_until(lambda: shop.broker.client.hvals("dramatiq:pdf.DQ.msgs"))
    assert b"secret words" not in bodies[0]
    assert b"Traceback" not in bodies[0]
    options = dramatiq.Message.decode(bodies[0]).options
    assert options["retries"] == 1


def away(*_: object) -> None:
    raise StorageError("secret words")


def test_dead_letter_is_listed_and_sent_again(
    shop: Shop, process_environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command(*arguments: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "system_under_test.worker.dead_letters", *arguments],
            cwd=ROOT, env=process_environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    with shop.database.write() as session:
        (job,) = place_order(session).items
        add_item_jobs(session, session.scalar(text("SELECT order_id FROM order_items")))
        session.execute(text("UPDATE pdf_jobs SET attempts = 5"))
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "put", away)
        shop.relay.wake()
        with working(shop):
            wait_until(lambda: shop.gauge.dead()["pdf"])
    assert row(shop, "pdf_jobs", job).status == "FAILED"
    (listed,) = command()
    assert (listed["actor"], listed["job_id"], listed["state"]) == ("make_pdf", str(job), "dead")
    assert [letter["state"] for letter in command("--send-again", listed["id"])] == ["sent again"]
    assert command() == []
    with working(shop):
        wait_until(lambda: row(shop, "pdf_jobs", job).status == "DONE")


def test_senseless_dead_letters_can_be_forgotten(still: Shop) -> None:
    for _ in range(2):
        still.broker.enqueue(dramatiq.Message("orders", "of_tomorrow", ("x",), {}, {}))
    for raw in still.broker.do_fetch("orders", 2):
        still.broker.do_nack("orders", dramatiq.Message.decode(raw).options["redis_message_id"])
    first, second = dead_letters.list_dead(still.broker.client)
    assert not dead_letters.send_again(still.broker.client, still.database, first)
    dead_letters.forget(still.broker.client, first)
    assert list(dead_letters.list_dead(still.broker.client)) == [second]
