"""What people of the shop do, and that nothing is done without an entry in the audit log."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from system_under_test.admin import actions
from system_under_test.admin.demo_data.rows import Rows
from system_under_test.admin.tables import AuditEntry
from system_under_test.app.resources import Shop
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order
from system_under_test.payments.tables import Refund
from tests.shop.admin.asking import AUDIT, FLAGS, ORDER, REFUND, SET_FLAG, SET_STATUS
from tests.shop.admin.staff import Desk


def one(story: Rows, status: str) -> dict[str, Any]:
    return next(order for order in story.orders if order["status"] == status and not order["refunded_cents"])


def entries(shop: Shop) -> int:
    with shop.database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_a_step_by_hand_is_in_history_and_audit_log(desk: Desk, shop: Shop, story: Rows) -> None:
    order = one(story, "PAID")
    before = entries(shop)
    shown = desk.data(SET_STATUS, id=str(order["id"]), status="IN_PRODUCTION", note=" On the big printer ")
    changed = shown["setOrderStatus"]
    assert changed["status"] == "IN_PRODUCTION"
    assert changed["allowedNext"] == [{"status": "SHIPPED"}]
    assert changed["history"][-1] == {"status": "IN_PRODUCTION", "actor": "admin", "note": "On the big printer"}
    entry = changed["audit"][0]
    assert (entry["accountName"], entry["action"]) == ("Wilma Werk", "order.status")
    assert {"name": "note", "value": "On the big printer"} in entry["details"]
    assert entries(shop) == before + 1
    assert desk.data(ORDER, id=str(order["id"]))["adminOrder"]["history"] == changed["history"]


@pytest.mark.parametrize(
    ("status", "new"),
    [
        ("PLACED", "IN_PRODUCTION"),
        ("PLACED", "PAID"),
        ("PAID", "REFUNDED"),
        ("PAID", "DELIVERED"),
        ("DELIVERED", "SHIPPED"),
        ("CANCELLED", "PAID"),
        ("REFUNDED", "IN_PRODUCTION"),
    ],
)
def test_other_steps_are_conflicts_and_leave_no_trace(
    desk: Desk, shop: Shop, story: Rows, status: str, new: str
) -> None:
    order = next(o for o in story.orders if o["status"] == status)
    before = entries(shop)
    assert desk.code(SET_STATUS, id=str(order["id"]), status=new, note="") == "CONFLICT"
    assert entries(shop) == before
    assert desk.data(ORDER, id=str(order["id"]))["adminOrder"]["status"] == status


@pytest.mark.parametrize("note", ["x" * 501, "two\nlines", "a\x00b", "\ud800", "\u202egnihton"])
def test_a_note_is_one_line_of_plain_text(desk: Desk, shop: Shop, story: Rows, note: str) -> None:
    order = one(story, "PAID")
    assert desk.code(SET_STATUS, id=str(order["id"]), status="IN_PRODUCTION", note=note) == "BAD_INPUT"
    assert desk.code(SET_STATUS, id=str(uuid.uuid4()), status="IN_PRODUCTION", note="") == "NOT_FOUND"


def test_without_an_entry_there_is_no_step(
    desk: Desk, shop: Shop, story: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = one(story, "PAID")

    def broken(*_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(actions, "record", broken)
    refused = desk.client.post(
        "/graphql",
        json={"query": SET_STATUS, "variables": {"id": str(order["id"]), "status": "IN_PRODUCTION", "note": ""}},
    )
    assert refused.status_code == 500
    with shop.database.read() as session:
        assert session.scalar(select(Order.status).where(Order.id == order["id"])) == OrderStatus.PAID


def refund(desk: Desk, order: dict[str, Any], amount: int, key: str, reason: str = "Arrived bent") -> dict[str, Any]:
    answer: dict[str, Any] = desk.data(REFUND, id=str(order["id"]), amount=amount, reason=reason, key=key)
    found: dict[str, Any] = answer["refundOrder"]
    return found


def test_a_refund_is_asked_for_once_per_key(desk: Desk, shop: Shop, story: Rows) -> None:
    order = one(story, "DELIVERED")
    before = entries(shop)
    for _ in range(2):
        shown = refund(desk, order, 500, "first")
        known = [(r["amountCents"], r["status"], r["reason"]) for r in shown["refunds"] if r["status"] != "FAILED"]
        assert known == [(500, "REQUESTED", "Arrived bent")]
        assert shown["refundableCents"] == order["total_cents"] - 500
    assert entries(shop) == before + 1
    assert shown["audit"][0]["summary"] == "Refund of €5.00"
    assert desk.code(REFUND, id=str(order["id"]), amount=600, reason="Bent", key="first") == "CONFLICT"
    left = order["total_cents"] - 500
    assert desk.code(REFUND, id=str(order["id"]), amount=left + 1, reason="Bent", key="second") == "BAD_INPUT"
    assert refund(desk, order, left, "third")["refundableCents"] == 0
    assert desk.code(REFUND, id=str(order["id"]), amount=1, reason="Bent", key="fourth") == "CONFLICT"
    assert entries(shop) == before + 2
    with shop.database.read() as session:
        by = session.scalars(select(Refund.requested_by).where(Refund.idempotency_key == "first")).all()
    assert by == [desk.person.identity.account_id]


def test_the_same_key_at_the_same_moment_is_one_refund(desk: Desk, shop: Shop, story: Rows) -> None:
    order = one(story, "DELIVERED")
    before = entries(shop)
    gate = threading.Barrier(4)

    def press() -> None:
        gate.wait(10)
        with shop.database.write() as session:
            actions.refund(session, desk.person.identity, order["id"], 300, "Bent", "at-once")

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    gate.wait(10)
    for thread in threads:
        thread.join(20)
    shown = desk.data(ORDER, id=str(order["id"]))["adminOrder"]
    assert shown["refundableCents"] == order["total_cents"] - 300
    assert entries(shop) == before + 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 0}, "BAD_INPUT"),
        ({"amount": -100}, "BAD_INPUT"),
        ({"amount": 2**31 - 1}, "BAD_INPUT"),
        ({"reason": ""}, "BAD_INPUT"),
        ({"reason": " \u200b "}, "BAD_INPUT"),
        ({"reason": "x" * 201}, "BAD_INPUT"),
        ({"reason": "a\x00"}, "BAD_INPUT"),
        ({"key": ""}, "BAD_INPUT"),
        ({"key": "k" * 201}, "BAD_INPUT"),
        ({"key": "white space"}, "BAD_INPUT"),
        ({"id": str(uuid.UUID(int=9))}, "NOT_FOUND"),
    ],
)
def test_wrong_refunds_are_refused(desk: Desk, shop: Shop, story: Rows, changes: dict[str, Any], code: str) -> None:
    order = one(story, "DELIVERED")
    before = entries(shop)
    values = {"id": str(order["id"]), "amount": 100, "reason": "Bent", "key": "k", **changes}
    assert desk.code(REFUND, **values) == code
    assert entries(shop) == before


@pytest.mark.parametrize("status", ["PLACED", "CANCELLED", "REFUNDED"])
def test_only_paid_orders_are_refunded(desk: Desk, shop: Shop, story: Rows, status: str) -> None:
    order = next(o for o in story.orders if o["status"] == status)
    assert desk.code(REFUND, id=str(order["id"]), amount=100, reason="Bent", key="k") == "CONFLICT"
    assert desk.data(ORDER, id=str(order["id"]))["adminOrder"]["refundableCents"] == 0


def test_flags_are_switched_and_written_down(desk: Desk, shop: Shop) -> None:
    flags = {flag["name"]: flag for flag in desk.data(FLAGS)["featureFlags"]}
    assert flags["checkout"]["enabled"]
    assert flags["checkout"]["updatedAt"] is None
    changed = desk.data(SET_FLAG, name="checkout", enabled=False)["setFeatureFlag"]
    assert (changed["enabled"], changed["default"]) == (False, True)
    assert changed["updatedAt"] is not None
    assert not shop.flags.enabled("checkout"), "this process knows at once"
    (entry,) = desk.data(AUDIT)["auditLog"]["items"]
    assert (entry["summary"], entry["orderId"]) == ("Switched checkout off", None)
    for name in ("no-such-flag", "", "check%", "a\x00b"):
        assert desk.code(SET_FLAG, name=name, enabled=True) == "NOT_FOUND"
    assert entries(shop) == 1
    desk.data(SET_FLAG, name="checkout", enabled=True)


def test_the_audit_log_is_paged(desk: Desk, shop: Shop, story: Rows) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = desk.data(AUDIT, first=40, after=after)["auditLog"]
        assert page["total"] == len(story.audit_log)
        seen += [entry["id"] for entry in page["items"]]
        if not page["hasMore"]:
            break
        after = page["endCursor"]
    assert len(seen) == len(set(seen)) == len(story.audit_log)
    assert seen == sorted(seen, key=int, reverse=True)
    with shop.database.write() as session:
        session.execute(text("UPDATE audit_log SET action = 'unheard.of' WHERE id = :id"), {"id": int(seen[0])})
        session.execute(update(AuditEntry).where(AuditEntry.id == int(seen[1])).values(account_id=uuid.uuid4()))
    newest, second = desk.data(AUDIT, first=2)["auditLog"]["items"]
    assert (newest["summary"], second["accountName"]) == ("unheard.of", None)
    for wrong in ({"first": 0}, {"first": -5}, {"after": "x"}, {"after": ""}):
        assert desk.code(AUDIT, **wrong) == "BAD_INPUT"
