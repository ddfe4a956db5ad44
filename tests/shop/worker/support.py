"""Orders as the payment leaves them, the mail double, and workers as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from system_under_test.app.resources import Shop
from system_under_test.guests.tables import GuestSession
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.printing.document import build_document
from system_under_test.products.tables import Product
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.seeds import SEEDS
from tests.shop.helpers import ROOT, answers, free_port, wait_until

Environment = dict[str, str]
TEMPLATE: Any = SEEDS[0]  # has the attributes of a table row


@dataclass(frozen=True)
class Placed:
    id: uuid.UUID
    items: list[uuid.UUID]


def place_order(
    session: Session,
    *titles: str,
    papers: Sequence[str] = (),
    paid: bool = True,
    owner: str | None = None,
    email: str = "ana@example.org",
    **address: str,
) -> Placed:
    """Write an order as it is after the payment, without what follows from it."""
    for paper in ("a4", "a3"):
        values = {
            "slug": f"test-{paper}", "name": f"Wall calendar {paper.upper()}", "description": "For tests",
            "paper": paper, "price_cents": 1990, "position": 99, "active": False,
        }  # fmt: skip
        session.execute(upsert(Product).values(values).on_conflict_do_nothing())
    if owner is not None:
        session.execute(upsert(GuestSession).values(id=owner).on_conflict_do_nothing())
    titles = titles or ("Our house",)
    order_id = uuid.uuid4()
    cents = 1990 * 2 * len(titles)
    shipped = {
        "ship_name": "Ana Müller", "ship_line1": "Hauptstr. 1", "ship_postcode": "80331", "ship_city": "München",
        "ship_country": "DE", **address,
    }  # fmt: skip
    session.execute(
        insert(Order).values(
            id=order_id, owner_id=owner, status="PAID" if paid else "PLACED", currency="EUR", items_cents=cents,
            shipping_cents=490, total_cents=cents + 490, tax_cents=711, email=email, **shipped,
            paid_at=text("'2026-11-05 10:00:00+00'") if paid else None,
        )
    )  # fmt: skip
    items = [uuid.uuid4() for _ in titles]
    for position, (item_id, title) in enumerate(zip(items, titles, strict=True)):
        paper = papers[position] if position < len(papers) else "a4"
        session.execute(
            insert(OrderItem).values(
                id=item_id, order_id=order_id, position=position, product_slug=f"test-{paper}",
                product_name=f"Wall calendar {paper.upper()}", template_slug=TEMPLATE.slug, title=title, year=2027,
                quantity=2, unit_price_cents=1990, document=build_document(title, 2027, TEMPLATE, []),
                cover=render_cover(TEMPLATE),
            )
        )  # fmt: skip
    return Placed(order_id, items)


def rows(shop: Shop, table: str) -> list[Any]:
    with shop.housekeeping.read() as session:
        return list(session.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - names of ours


def row(shop: Shop, table: str, key: uuid.UUID) -> Any:
    with shop.housekeeping.read() as session:
        return session.execute(text(f"SELECT * FROM {table} WHERE id = :id"), {"id": key}).one()  # noqa: S608


def mail_of(session: Session, order_id: uuid.UUID) -> uuid.UUID:
    from system_under_test.mail.tables import Mail

    return session.scalars(select(Mail.id).where(Mail.order_id == order_id)).one()


@contextmanager
def process(environment: Environment, log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as out:
        started = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


@contextmanager
def worker(environment: Environment, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is ready."""
    before = log.read_text().count("worker_ready") if log.exists() else 0
    with process(environment, log, "-m", "system_under_test.worker", *arguments) as started:
        wait_until(lambda: log.read_text().count("worker_ready") > before or started.poll() is not None)
        assert started.poll() is None, log.read_text()
        yield started


@contextmanager
def stalled_worker(environment: Environment, log: Path, where: str, marker: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that stops at ``where``, tells so by the file ``marker``, and goes on when ``marker``.go is there."""
    script = str(Path(__file__).with_name("stalling.py"))
    with process(environment, log, script, where, str(marker)) as started:
        wait_until(lambda: "worker_ready" in log.read_text() or started.poll() is not None)
        assert started.poll() is None, log.read_text()
        yield started


def kill(started: subprocess.Popen[bytes]) -> None:
    started.send_signal(signal.SIGKILL)
    started.wait(10)


def forget_heartbeats(shop: Shop) -> None:
    """Let the half minute pass after which the queue believes that a silent worker is dead."""
    names = shop.broker.client.zrange("dramatiq:__heartbeats__", 0, -1)
    shop.broker.client.zadd("dramatiq:__heartbeats__", dict.fromkeys(names, 1))  # type: ignore[arg-type]


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


class MailDouble:
    """The mail double as a process."""

    def __init__(self, port: int, http_port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{http_port}"

    def messages(self) -> list[dict[str, Any]]:
        listed = httpx.get(self.url + "/messages").json()["messages"]
        return [httpx.get(f"{self.url}/messages/{message['id']}").json() for message in listed]

    def wait(self, count: int = 1) -> list[dict[str, Any]]:
        return list(wait_until(lambda: len(found := self.messages()) >= count and found))

    def fail(self, mode: str, times: int, seconds: float = 1.0) -> None:
        order = {"mode": mode, "next": times, "seconds": seconds}
        assert httpx.post(self.url + "/_control/fault", json=order).status_code == 200

    def reset(self) -> None:
        assert httpx.post(self.url + "/_control/reset").status_code == 200


@contextmanager
def mail_double(*options: str) -> Iterator[MailDouble]:
    port, http_port = free_port(), free_port()
    command = ["-m", "system_under_test.doubles.mail", "--port", str(port), "--http-port", str(http_port), *options]
    with process(dict(os.environ), Path(os.devnull), *command):
        wait_until(lambda: answers(f"http://127.0.0.1:{http_port}/livez"))
        yield MailDouble(port, http_port)


def header(message: dict[str, Any], name: str) -> str:
    (value,) = [h["value"] for h in message["headers"] if h["name"].lower() == name.lower()]
    return str(value)
