"""Links to PDFs in letters: without a cookie, for some days, and only those that we signed."""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from prometheus_client import CollectorRegistry

from system_under_test.app.middleware import SECURITY_HEADERS
from system_under_test.app.resources import Shop
from system_under_test.printing.items import add_item_jobs
from system_under_test.printing.links import LinkCheck, check_link, pdf_link
from system_under_test.printing.storage import ObjectStore
from system_under_test.settings import AppSettings
from system_under_test.worker.actors import Workshop
from tests.shop.worker.support import place_order, row


def local(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def job(still: Shop) -> uuid.UUID:
    with still.database.write() as session:
        placed = place_order(session, 'Für Oma; "x"\r\nSet-Cookie: a=b')
        add_item_jobs(session, placed.id)
    Workshop(still.database, still.store, CollectorRegistry()).make_pdf(str(placed.items[0]))
    return placed.items[0]


def test_a_link_leads_to_the_pdf_through_a_short_lived_address(
    client: httpx.Client, still: Shop, job: uuid.UUID
) -> None:
    link = pdf_link(still.settings, job)
    assert link.startswith("http://127.0.0.1:8000/downloads/")
    answer = client.get(local(link))
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    for name in SECURITY_HEADERS:
        assert name in answer.headers
    assert "set-cookie" not in answer.headers
    address = answer.headers["location"]
    query = parse_qs(urlsplit(address).query)
    assert 1 <= int(query["X-Amz-Expires"][0]) <= 300
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    pdf = httpx.get(address)
    assert pdf.status_code == 200
    assert hashlib.sha256(pdf.content).hexdigest() == row(still, "pdf_jobs", job).sha256
    assert pdf.headers["content-disposition"] == 'attachment; filename="f-r-oma-x-set-cookie-a-b-2027.pdf"'
    assert pdf.headers["content-type"] == "application/pdf"


def test_an_expired_link_says_so(client: httpx.Client, still: Shop, job: uuid.UUID) -> None:
    answer = client.get(local(pdf_link(still.settings, job, lifetime_seconds=-1)))
    assert answer.status_code == 410
    assert "expired" in answer.text
    assert "order page" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


def test_forged_links_find_nothing(client: httpx.Client, still: Shop, job: uuid.UUID) -> None:
    good = local(pdf_link(still.settings, job))
    expired = local(pdf_link(still.settings, job, lifetime_seconds=-1))
    other = local(pdf_link(still.settings, uuid.uuid4()))
    path, query = good.split("?")
    values = {name: value for name, (value,) in parse_qs(query).items()}
    forged = [
        path,
        f"{path}?expires={values['expires']}",
        f"{path}?{other.split('?')[1]}",
        good.replace(values["expires"], str(int(values["expires"]) + 1)),
        good.replace(values["expires"], "0" + values["expires"]),
        good.replace(values["expires"], "9" * 400),
        good.replace(values["expires"], "²"),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good[:-1],
        f"{path}?expires={values['expires']}&signature=ü",
        expired.replace("signature=", "signature=0"),
        "/downloads/not-an-id?" + query,
        other,
    ]
    assert [client.get(each).status_code for each in forged] == [404] * len(forged)
    assert client.get(good).status_code == 303


def test_a_link_before_the_pdf_is_done_finds_nothing(client: httpx.Client, still: Shop) -> None:
    with still.database.write() as session:
        placed = place_order(session)
        add_item_jobs(session, placed.id)
    assert client.get(local(pdf_link(still.settings, placed.items[0]))).status_code == 404


def test_another_secret_signs_another_link(settings: AppSettings) -> None:
    job = uuid.uuid4()
    foreign = settings.model_copy(update={"link_secret": settings.session_secret})
    values = {name: value for name, (value,) in parse_qs(urlsplit(pdf_link(foreign, job)).query).items()}
    assert check_link(settings, job, **values) is LinkCheck.FORGED
    assert check_link(foreign, job, **values) is LinkCheck.GOOD


def test_addresses_are_signed_for_the_browsers_endpoint(settings: AppSettings) -> None:
    store = ObjectStore(settings.model_copy(update={"storage_public_endpoint": "https://files.village.example"}))
    assert store.presign("pdf/x.pdf", "x.pdf", 60).startswith("https://files.village.example/village-calendar/pdf/x")
