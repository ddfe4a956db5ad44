"""PDFs of items of paid orders: what was bought, once, the same bytes however often it is made."""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from system_under_test.app.resources import Shop
from system_under_test.printing import service
from system_under_test.printing.items import add_item_jobs
from system_under_test.printing.storage import StorageError
from system_under_test.worker import actors
from system_under_test.worker.actors import Workshop
from system_under_test.worker.errors import GivenUpError
from tests.shop.helpers import Guest, wait_until
from tests.shop.worker.support import Placed, place_order, row, rows


@pytest.fixture
def workshop(still: Shop) -> Workshop:
    return Workshop(still.database, still.store, CollectorRegistry())


def paid(shop: Shop, *titles: str, **more: Any) -> Placed:
    with shop.database.write() as session:
        placed = place_order(session, *titles, **more)
        add_item_jobs(session, placed.id)
    return placed


def stored(shop: Shop, job_id: uuid.UUID) -> bytes:
    return b"".join(shop.store.open(row(shop, "pdf_jobs", job_id).object_key)[1])


def test_one_job_for_each_item_however_often_it_is_asked_for(still: Shop) -> None:
    placed = paid(still, "One", "Two")
    with still.database.write() as session:
        assert add_item_jobs(session, placed.id) == 0
    assert {job.order_item_id for job in rows(still, "pdf_jobs")} == set(placed.items)
    assert len(rows(still, "pdf_jobs")) == 2
    assert [message.actor for message in rows(still, "outbox")] == ["make_pdf", "make_pdf"]


def test_two_transactions_at_once_write_one_job(still: Shop) -> None:
    with still.database.write() as session:
        placed = place_order(session)
    with still.database.write() as first:
        add_item_jobs(first, placed.id)
        second = threading.Thread(target=lambda: _add(still, placed))
        second.start()
        with still.housekeeping.read() as session:
            wait_until(lambda: session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
    second.join(10)
    assert len(rows(still, "pdf_jobs")) == 1
    assert len(rows(still, "outbox")) == 1


def _add(shop: Shop, placed: Placed) -> None:
    with shop.database.write() as session:
        add_item_jobs(session, placed.id)


def test_an_order_that_is_not_paid_is_not_printed(still: Shop, workshop: Workshop) -> None:
    with still.database.write() as session:
        placed = place_order(session, paid=False)
        assert add_item_jobs(session, placed.id) == 0
        session.execute(
            text("INSERT INTO pdf_jobs (id, session_id, order_item_id, attempts) VALUES (:id, '', :id, :n)"),
            {"id": placed.items[0], "n": service.MAX_ATTEMPTS - 1},
        )
    with pytest.raises(GivenUpError):
        workshop.make_pdf(str(placed.items[0]))
    assert row(still, "pdf_jobs", placed.items[0]).status == "FAILED"


def test_every_attempt_makes_the_same_bytes_from_the_snapshot(still: Shop, workshop: Workshop) -> None:
    (job,) = paid(still, "Bought like this").items
    workshop.make_pdf(str(job))
    first, pdf = row(still, "pdf_jobs", job), stored(still, job)
    assert first.status == "DONE"
    assert hashlib.sha256(pdf).hexdigest() == first.sha256
    assert len(pdf) == first.size_bytes
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert "Bought like this" in reader.pages[0].extract_text()
    # Two attempts within one second would not show it.
    assert reader.metadata
    assert reader.metadata.creation_date == datetime(2026, 11, 5, 10, tzinfo=UTC)
    with still.database.write() as session:
        session.execute(text("UPDATE pdf_jobs SET status = 'QUEUED', sha256 = NULL, created_at = now()"))
    workshop.make_pdf(str(job))
    second = row(still, "pdf_jobs", job)
    assert (second.sha256, second.object_key) == (first.sha256, first.object_key)
    assert stored(still, job) == pdf


def test_the_product_chooses_the_paper(still: Shop, workshop: Workshop) -> None:
    a4, a3 = paid(still, "Small", "Large", papers=["a4", "a3"]).items
    widths = []
    for job in (a4, a3):
        workshop.make_pdf(str(job))
        reader = pypdf.PdfReader(io.BytesIO(stored(still, job)))
        assert len(reader.pages) == 13
        widths.append(round(float(reader.pages[5].mediabox.width) / 72 * 25.4))
    assert widths == [210, 297]


def test_two_workers_with_the_same_message_work_once(
    still: Shop, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = paid(still).items
    rendering, go = threading.Event(), threading.Event()
    render = actors.render_pdf

    def slow(*arguments: Any, **named: Any) -> bytes:
        rendering.set()
        assert go.wait(20)
        return render(*arguments, **named)

    monkeypatch.setattr(actors, "render_pdf", slow)
    first = threading.Thread(target=workshop.make_pdf, args=(str(job),))
    first.start()
    assert rendering.wait(20)
    Workshop(still.database, still.store, CollectorRegistry()).make_pdf(str(job))
    assert row(still, "pdf_jobs", job).status == "RUNNING"
    go.set()
    first.join(20)
    after = row(still, "pdf_jobs", job)
    assert (after.status, after.attempts) == ("DONE", 1)
    workshop.make_pdf(str(job))
    assert row(still, "pdf_jobs", job) == after


def test_finishing_twice_changes_nothing(still: Shop, workshop: Workshop) -> None:
    (job,) = paid(still).items
    workshop.make_pdf(str(job))
    before = row(still, "pdf_jobs", job)
    with still.database.write() as session:
        assert service.finish(session, job, "elsewhere", "0" * 64, 1)
    assert row(still, "pdf_jobs", job) == before


def test_what_was_deleted_while_it_was_made_is_not_kept(
    still: Shop, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = paid(still).items
    put = still.store.put

    def put_and_delete(*arguments: Any) -> None:
        put(*arguments)
        with still.housekeeping.write() as session:
            service.fail(session, job, "The account was deleted.")

    monkeypatch.setattr(still.store, "put", put_and_delete)
    workshop.make_pdf(str(job))
    assert row(still, "pdf_jobs", job).status == "FAILED"
    with pytest.raises(StorageError):
        still.store.open(service.object_key(job))


def test_delete_object_removes_the_file_and_may_come_twice(still: Shop, workshop: Workshop) -> None:
    (job,) = paid(still).items
    workshop.make_pdf(str(job))
    for _ in range(2):
        workshop.delete_object(str(job))
        with pytest.raises(StorageError):
            still.store.open(service.object_key(job))
    assert row(still, "pdf_jobs", job).object_key is None


def test_the_pdf_of_an_item_belongs_to_the_owner_of_the_order(
    still: Shop, workshop: Workshop, guest: Guest, other_guest: Guest
) -> None:
    guest.new_calendar()
    other_guest.new_calendar()
    with still.housekeeping.read() as session:
        mine, theirs = session.scalars(
            text("SELECT session_id FROM calendars ORDER BY created_at")
        ).all()  # fmt: skip
    placed = paid(still, "Für Oma", owner=mine)
    (job,) = placed.items
    workshop.make_pdf(str(job))
    answer = guest.client.get(f"/pdf/{job}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == row(still, "pdf_jobs", job).sha256
    assert 'filename="f-r-oma-2027.pdf"' in answer.headers["content-disposition"]
    assert other_guest.client.get(f"/pdf/{job}").status_code == 404
    with still.housekeeping.write() as session:
        session.execute(text("UPDATE orders SET owner_id = :owner"), {"owner": theirs})
    assert guest.client.get(f"/pdf/{job}").status_code == 404
    assert other_guest.client.get(f"/pdf/{job}").status_code == 200
