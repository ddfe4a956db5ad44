"""From the request to the download: outbox, queue, worker, object store."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from typing import Any, cast

import dramatiq
import pypdf
import pytest
import redis
from dramatiq.brokers.stub import StubBroker
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from system_under_test.app.relay import OutboxRelay
from system_under_test.app.resources import Shop
from system_under_test.db.outbox import drain, pending
from system_under_test.printing import service
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.worker.actors import Workshop
from system_under_test.worker.errors import GivenUpError
from system_under_test.worker.jobs import register
from system_under_test.worker.queue import QueueGauge, make_broker
from system_under_test.worker.routing import PDF_QUEUE
from tests.shop.helpers import CALENDAR, DELETE, PDF_JOB, REQUEST_PDF, Guest, wait_until


@pytest.fixture
def still(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop with a relay that sends nothing by itself."""
    monkeypatch.setattr(shop.relay, "turn", lambda: 0)
    return shop


@pytest.fixture
def workshop(shop: Shop) -> Workshop:
    return Workshop(shop.database, shop.store, CollectorRegistry())


@pytest.fixture
def job_id(still: Shop, guest: Guest) -> str:
    calendar_id = guest.new_calendar(title="Printed")
    guest.add(calendar_id, "2027-07-04", "Summer fair", "🎪")
    made: str = guest.data(REQUEST_PDF, id=calendar_id)["requestPdf"]["id"]
    return made


def status_of(guest: Guest, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = guest.data(PDF_JOB, id=job_id)["pdfJob"]
    return job


def row_of(shop: Shop, job_id: str) -> Any:
    with shop.housekeeping.read() as session:
        return session.execute(text("SELECT * FROM pdf_jobs WHERE id = :id"), {"id": job_id}).one()


def test_request_writes_job_and_message_together(still: Shop, guest: Guest, job_id: str) -> None:
    assert status_of(guest, job_id) == {"id": job_id, "status": "QUEUED", "downloadUrl": None, "error": None}
    with still.housekeeping.read() as session:
        rows = session.execute(text("SELECT actor, job_id FROM outbox")).all()
    assert [(row.actor, str(row.job_id)) for row in rows] == [("make_pdf", job_id)]


def test_asking_twice_gives_the_waiting_job(guest: Guest, job_id: str, still: Shop) -> None:
    with still.housekeeping.read() as session:
        calendar_id = str(session.scalar(text("SELECT calendar_id FROM pdf_jobs")))
    assert guest.data(REQUEST_PDF, id=calendar_id)["requestPdf"]["id"] == job_id
    with still.housekeeping.read() as session:
        assert pending(session) == 1


def test_finished_job_is_downloaded_by_its_owner_only(
    guest: Guest, other_guest: Guest, workshop: Workshop, job_id: str, still: Shop
) -> None:
    assert guest.client.get(f"/pdf/{job_id}").status_code == 404
    workshop.make_pdf(job_id)
    job = status_of(guest, job_id)
    assert job["status"] == "DONE"
    answer = guest.client.get(job["downloadUrl"])
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="printed-2027.pdf"' in answer.headers["content-disposition"]
    assert hashlib.sha256(answer.content).hexdigest() == row_of(still, job_id).sha256
    assert len(answer.content) == row_of(still, job_id).size_bytes
    assert "Summer fair" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[7].extract_text()
    assert other_guest.client.get(job["downloadUrl"]).status_code == 404


def test_second_message_for_a_finished_job_changes_nothing(workshop: Workshop, job_id: str, still: Shop) -> None:
    workshop.make_pdf(job_id)
    before = row_of(still, job_id)
    workshop.make_pdf(job_id)
    assert row_of(still, job_id) == before


def test_storage_away_is_tried_again_and_then_failed_in_words(
    guest: Guest, workshop: Workshop, job_id: str, still: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageError("detail for the log")

    monkeypatch.setattr(ObjectStore, "put", away)
    for _ in range(service.MAX_ATTEMPTS - 1):
        with pytest.raises(StorageError):
            workshop.make_pdf(job_id)
        assert status_of(guest, job_id)["status"] == "QUEUED"
    with pytest.raises(GivenUpError):
        workshop.make_pdf(job_id)
    job = status_of(guest, job_id)
    assert job["status"] == "FAILED"
    assert "could not be stored" in job["error"]
    assert "detail" not in job["error"]
    workshop.make_pdf(job_id)
    assert status_of(guest, job_id)["status"] == "FAILED"


def test_recovered_storage_finishes_the_job(
    guest: Guest, workshop: Workshop, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageError

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "put", away)
        with pytest.raises(StorageError):
            workshop.make_pdf(job_id)
    workshop.make_pdf(job_id)
    assert status_of(guest, job_id)["status"] == "DONE"


def test_job_that_kills_the_worker_again_and_again_is_given_up(
    guest: Guest, workshop: Workshop, job_id: str, still: Shop
) -> None:
    with still.housekeeping.write() as session:
        session.execute(text("UPDATE pdf_jobs SET status = 'RUNNING', attempts = :n"), {"n": service.MAX_ATTEMPTS})
    with pytest.raises(GivenUpError):
        workshop.make_pdf(job_id)
    assert status_of(guest, job_id)["status"] == "FAILED"


def test_deleted_calendar_fails_its_job(guest: Guest, workshop: Workshop, job_id: str, still: Shop) -> None:
    with still.housekeeping.read() as session:
        calendar_id = str(session.scalar(text("SELECT calendar_id FROM pdf_jobs")))
    guest.data(DELETE, id=calendar_id)
    workshop.make_pdf(job_id)
    job = status_of(guest, job_id)
    assert job["status"] == "FAILED"
    assert "deleted" in job["error"]
    assert guest.code(CALENDAR, id=calendar_id) == "NOT_FOUND"


def test_unknown_job_is_ignored(workshop: Workshop) -> None:
    workshop.make_pdf(str(uuid.uuid4()))


def test_message_stays_in_the_outbox_when_sending_fails(still: Shop, job_id: str) -> None:
    def broken(_: object) -> None:
        raise redis.ConnectionError

    with pytest.raises(redis.ConnectionError), still.housekeeping.write() as session:
        drain(session, broken)
    sent: list[uuid.UUID] = []
    with still.housekeeping.write() as session:
        assert drain(session, lambda message: sent.append(message.job_id)) == 1
    assert [str(key) for key in sent] == [job_id]
    with still.housekeeping.read() as session:
        assert pending(session) == 0


def test_two_relays_do_not_send_twice(still: Shop, job_id: str) -> None:
    sent: list[uuid.UUID] = []
    with still.housekeeping.write() as first:
        drain(first, lambda message: sent.append(message.job_id))
        with still.housekeeping.write() as second:
            assert drain(second, lambda message: sent.append(message.job_id)) == 0
    assert len(sent) == 1


def test_relay_puts_only_the_job_id_into_the_queue(still: Shop, job_id: str) -> None:
    relay = OutboxRelay(still.housekeeping, still.broker)
    assert relay.turn() == 1
    assert still.gauge.depth() == {"pdf": 1, "pdf.retry": 0, "orders": 0, "orders.retry": 0}
    (body,) = still.broker.client.hgetall("dramatiq:pdf.msgs").values()
    message = dramatiq.Message.decode(cast("bytes", body))
    assert (message.actor_name, message.args, message.kwargs) == ("make_pdf", (job_id,), {})
    still.broker.flush_all()


def test_lost_message_is_written_again(still: Shop, job_id: str) -> None:
    with still.housekeeping.write() as session:
        session.execute(text("DELETE FROM outbox"))
        assert service.rescue_lost_jobs(session, queued_seconds=20, running_seconds=90) == 0
        session.execute(text("UPDATE pdf_jobs SET updated_at = now() - interval '30 seconds'"))
        assert service.rescue_lost_jobs(session, queued_seconds=20, running_seconds=90) == 1
        assert service.rescue_lost_jobs(session, queued_seconds=20, running_seconds=90) == 0
        assert pending(session) == 1


@pytest.fixture
def stub_broker(workshop: Workshop) -> Iterator[StubBroker]:
    broker = StubBroker()
    broker.emit_after("process_boot")
    register(broker, {"make_pdf": workshop.make_pdf})
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    yield broker
    worker.stop()
    broker.close()


def test_actor_is_reached_by_its_name(guest: Guest, stub_broker: StubBroker, job_id: str) -> None:
    stub_broker.enqueue(dramatiq.Message(PDF_QUEUE, service.ACTOR, (job_id,), {}, {}))
    stub_broker.join(PDF_QUEUE, timeout=10_000)
    assert status_of(guest, job_id)["status"] == "DONE"


def test_whole_way_with_the_real_queue(guest: Guest, shop: Shop, workshop: Workshop) -> None:
    broker = make_broker(shop.settings.queue_url)
    register(broker, {"make_pdf": workshop.make_pdf})
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    try:
        job = guest.data(REQUEST_PDF, id=guest.new_calendar())["requestPdf"]["id"]
        wait_until(lambda: status_of(guest, job)["status"] == "DONE")
        wait_until(lambda: shop.gauge.depth()["pdf"] == 0)
    finally:
        worker.stop()
        broker.close()


def test_gauge_says_when_the_queue_is_away() -> None:
    gauge = QueueGauge("redis://127.0.0.1:1/0")
    with pytest.raises(redis.RedisError):
        gauge.ping()
    gauge.close()


def test_missing_object_is_a_page_not_a_fault(
    guest: Guest, workshop: Workshop, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.make_pdf(job_id)

    def refuse(*_: object) -> None:
        raise StorageError

    monkeypatch.setattr(ObjectStore, "open", refuse)
    answer = guest.client.get(f"/pdf/{job_id}")
    assert answer.status_code == 503
    assert "<h1>" in answer.text
