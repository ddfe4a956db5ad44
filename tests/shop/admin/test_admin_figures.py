"""Figures of the analytics against an independent count in plain Python over the same rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from system_under_test.admin.demo_data.rows import Rows
from system_under_test.app.resources import Shop
from system_under_test.calendars.tables import Calendar
from system_under_test.carts.tables import CartItem
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.printing.tables import PdfJob
from tests.shop.admin.asking import ANALYTICS, statements
from tests.shop.admin.staff import Desk

# Shorter than the story at both ends, so that every figure has rows to leave out.
FIRST, LAST = date(2026, 11, 5), date(2026, 11, 20)


def read(shop: Shop, *tables: Any) -> list[list[Any]]:
    with shop.database.read() as session:
        found = [list(session.scalars(select(table))) for table in tables]
        session.expunge_all()
    return found


def inside(moment: datetime | None) -> bool:
    return moment is not None and FIRST <= moment.astimezone(UTC).date() <= LAST


def figures(desk: Desk) -> Any:
    return desk.data(ANALYTICS, **{"from": FIRST.isoformat(), "to": LAST.isoformat()})["analytics"]


def test_days_and_totals(desk: Desk, shop: Shop, story: Rows) -> None:
    with shop.database.write() as session:
        # A day without orders, and orders within a second of midnight on both of its sides.
        quiet = "DELETE FROM orders WHERE created_at::date = '2026-11-10' OR paid_at::date = '2026-11-10'"
        session.connection().exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        session.connection().exec_driver_sql(quiet)
        ids = [o["id"] for o in story.orders if o["status"] == "DELIVERED" and o["created_at"].day not in (9, 10)][:4]
        for key, at in zip(ids, ("04 23:59:59", "05 00:00:00", "20 23:59:59.999999", "21 00:00:00"), strict=True):
            session.connection().exec_driver_sql(
                "UPDATE orders SET created_at = %s, paid_at = %s WHERE id = %s", (*[f"2026-11-{at}+00"] * 2, key)
            )
    (orders,) = read(shop, Order)
    shown = figures(desk)
    expected = []
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        paid = [o for o in orders if o.paid_at and o.paid_at.astimezone(UTC).date() == day]
        gross, back = sum(o.total_cents for o in paid), sum(o.refunded_cents for o in paid)
        expected.append(
            {
                "date": day.isoformat(),
                "orders": sum(o.created_at.astimezone(UTC).date() == day for o in orders),
                "paidOrders": len(paid),
                "grossCents": gross,
                "refundedCents": back,
                "revenueCents": gross - back,
            }
        )
    assert shown["days"] == expected
    assert any(day["refundedCents"] for day in expected)
    assert next(day for day in expected if day["date"] == "2026-11-10")["orders"] == 0
    sums = {name: sum(day[name] for day in expected) for name in expected[0] if name != "date"}
    average = round(sums["grossCents"] / sums["paidOrders"])
    assert shown["totals"] == {**sums, "averageOrderCents": average}
    assert (shown["from"], shown["to"], shown["timeZone"]) == ("2026-11-05", "2026-11-20", "UTC")


def test_funnel(desk: Desk, shop: Shop, story: Rows) -> None:
    calendars, carts, orders = read(shop, Calendar, CartItem, Order)
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    made = {c.session_id for c in calendars if inside(c.created_at)}
    placed = {o.owner_id for o in orders if o.created_at >= start} & made
    paid = {o.owner_id for o in orders if o.created_at >= start and o.paid_at} & made
    wanted = ({c.owner_id for c in carts if c.created_at >= start} & made) | placed
    counts = [step["count"] for step in figures(desk)["funnel"]]
    assert counts == [len(made), len(wanted), len(placed), len(paid)]
    assert counts == sorted(set(counts), reverse=True), "each step loses somebody"
    assert len(made) < len({c.session_id for c in calendars})


def test_popular_templates(desk: Desk, shop: Shop, story: Rows) -> None:
    calendars, items, orders = read(shop, Calendar, OrderItem, Order)
    paid = {o.id for o in orders if inside(o.paid_at)}
    begun = Counter(c.template_slug for c in calendars if inside(c.created_at))
    copies: Counter[str] = Counter()
    sales: Counter[str] = Counter()
    for item in items:
        if item.order_id in paid:
            copies[item.template_slug] += item.quantity
            sales[item.template_slug] += item.quantity * item.unit_price_cents
    slugs = sorted(set(begun) | set(copies), key=lambda slug: (-copies[slug], -begun[slug], slug))[:10]
    assert figures(desk)["templates"] == [
        {"slug": s, "calendars": begun[s], "copies": copies[s], "salesCents": sales[s]} for s in slugs
    ]


def test_work_that_waits(desk: Desk, shop: Shop, story: Rows) -> None:
    with shop.database.write() as session:
        for minutes, job in zip((3, 90), story.pdf_jobs, strict=False):
            session.connection().exec_driver_sql(
                "UPDATE pdf_jobs SET status = %s, created_at = now() - %s * interval '1 minute' WHERE id = %s",
                ("QUEUED" if minutes == 3 else "RUNNING", minutes, job["id"]),
            )
        waiting = "DELETE FROM pdf_jobs WHERE status = 'QUEUED' AND created_at < now() - interval '2 hours'"
        session.connection().exec_driver_sql(waiting)
        session.connection().exec_driver_sql("UPDATE mails SET status = 'QUEUED', created_at = now() WHERE id = %s",
                                             (story.mails[0]["id"],))  # fmt: skip
    (jobs,) = read(shop, PdfJob)
    queues = {queue["name"]: queue for queue in figures(desk)["queues"]}
    assert list(queues) == ["outbox", "pdf", "mail", "webhooks", "refunds"]
    statuses = Counter(job.status for job in jobs)
    assert {one["status"]: one["count"] for one in queues["pdf"]["byStatus"] if one["count"]} == dict(statuses)
    assert queues["pdf"]["waiting"] == statuses["QUEUED"] + statuses["RUNNING"] == 2
    assert 90 * 60 <= queues["pdf"]["oldestSeconds"] < 95 * 60
    assert (queues["mail"]["waiting"], queues["webhooks"]["waiting"]) == (1, 0)
    assert queues["webhooks"]["oldestSeconds"] is None


def test_figures_of_an_empty_shop(desk: Desk, shop: Shop) -> None:
    shown = figures(desk)
    assert len(shown["days"]) == 16
    assert shown["totals"]["averageOrderCents"] is None
    assert [step["count"] for step in shown["funnel"]] == [0, 0, 0, 0]
    assert shown["templates"] == []


def test_statements_do_not_grow_with_the_range(desk: Desk, shop: Shop, story: Rows) -> None:
    counts = set()
    for first in ("2026-11-20", "2025-11-22"):
        with statements(shop.database.engine) as sent:
            desk.data(ANALYTICS, **{"from": first, "to": "2026-11-22"})
        counts.add(len(sent))
    assert counts == {5}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-02", "2026-11-01"),
        ("2025-11-20", "2026-11-21"),
        ("", "2026-11-01"),
        ("2026-11-01", "tomorrow"),
        ("2026-11-01T00:00", "2026-11-02"),
        ("'; --", "2026-11-02"),
        ("0000-00-00", "9999-99-99"),
        ("9999-12-31", "9999-12-31"),
        ("２０２６-11-01", "2026-11-02"),
    ],
)
def test_wrong_ranges_are_refused(desk: Desk, first: str, last: str) -> None:
    assert desk.code(ANALYTICS, **{"from": first, "to": last}) == "BAD_INPUT"


def test_a_leap_year_fits(desk: Desk, shop: Shop) -> None:
    assert len(desk.data(ANALYTICS, **{"from": "2028-01-01", "to": "2028-12-31"})["analytics"]["days"]) == 366
