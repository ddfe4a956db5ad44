"""What an order leaves behind: history, PDF jobs, letters, refunds, webhooks, entries of the audit log."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from system_under_test.admin.audit import Action
from system_under_test.admin.demo_data.fates import Step
from system_under_test.admin.demo_data.rows import Rows
from system_under_test.orders.states import OrderStatus

_REASONS = ("Arrived bent", "Wrong year ordered", "Lost in the post", "Printed too dark", "Ordered twice")


class Papers:
    """Writes the papers of each order into ``rows``."""

    def __init__(self, rng: random.Random, rows: Rows, admin_id: uuid.UUID) -> None:
        self._rng, self._rows, self._admin_id = rng, rows, admin_id

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self._rng.getrandbits(128), version=4)

    def write(
        self,
        order: dict[str, Any],
        owner: str,
        items: Sequence[dict[str, Any]],
        steps: Sequence[Step],
        until: datetime,
    ) -> None:
        """Write all papers of one order; sets its ``refunded_cents``."""
        for step in steps:
            self._step(order, step)
        if order["paid_at"] is None:
            return
        self._webhook(order)
        self._letter(order, "confirmation", order["id"], order["paid_at"])
        for item in items:
            self._job(order, owner, item, until)
        if steps[-1].new is OrderStatus.REFUNDED:
            self._refund(order, order["total_cents"], steps[-1].at - timedelta(seconds=20), "DONE")
        elif steps[-1].new is OrderStatus.DELIVERED and self._rng.random() < 0.1:
            part = max(100, order["items_cents"] // self._rng.choice((2, 3, 4)) // 10 * 10)
            at = steps[-1].at + (until - steps[-1].at) * self._rng.uniform(0.1, 0.9)
            self._refund(order, part, at, "DONE" if self._rng.random() < 0.8 else "FAILED")

    def _step(self, order: dict[str, Any], step: Step) -> None:
        self._rows.order_changes.append(
            {
                "order_id": order["id"], "old_status": step.old, "new_status": step.new, "actor": step.actor,
                "note": step.note, "created_at": step.at,
            }
        )  # fmt: skip
        if step.actor == "admin":
            self._audit(Action.STATUS, order["id"], {"from": step.old, "to": step.new, "note": step.note}, step.at)
        if step.new is OrderStatus.SHIPPED:
            self._letter(order, "shipped", order["id"], step.at)

    def _audit(self, action: Action, order_id: uuid.UUID, details: dict[str, Any], at: datetime) -> None:
        self._rows.audit_log.append(
            {
                "account_id": self._admin_id, "action": action, "order_id": order_id, "details": details,
                "created_at": at,
            }
        )  # fmt: skip

    def _letter(self, order: dict[str, Any], kind: str, subject_id: uuid.UUID, at: datetime) -> None:
        lost = self._rng.random() < 0.02
        sent = at + timedelta(seconds=self._rng.uniform(1, 9))
        self._rows.mails.append(
            {
                "id": self._id(), "kind": kind, "subject_id": subject_id, "order_id": order["id"],
                "status": "FAILED" if lost else "SENT", "attempts": 6 if lost else 1,
                "error": "The recipient's mail server refused the letter." if lost else None,
                "created_at": at, "updated_at": sent, "sent_at": None if lost else sent,
            }
        )  # fmt: skip

    def _webhook(self, order: dict[str, Any]) -> None:
        event = f"evt_demo{self._id().hex[:20]}"
        self._rows.webhook_events.append(
            {
                "id": self._id(), "event_id": event, "type": "checkout.session.completed",
                "happened_at": order["paid_at"], "payload": {"id": event, "demonstration": True}, "status": "DONE",
                "attempts": 1, "created_at": order["paid_at"], "updated_at": order["paid_at"],
            }
        )  # fmt: skip

    def _job(self, order: dict[str, Any], owner: str, item: dict[str, Any], until: datetime) -> None:
        done = order["paid_at"] + timedelta(seconds=self._rng.uniform(2, 40))
        broken = self._rng.random() < 0.01
        # Some of the orders that were only just paid still wait for the worker.
        waits = done > until or (order["status"] is OrderStatus.PAID and self._rng.random() < 0.5)
        status = "QUEUED" if waits else "FAILED" if broken else "DONE"
        job_id = self._id()
        good = status == "DONE"
        self._rows.pdf_jobs.append(
            {
                "id": job_id, "session_id": owner, "calendar_id": item["calendar_id"], "order_item_id": item["id"],
                "status": status, "attempts": {"QUEUED": 0, "FAILED": 6, "DONE": 1}[status],
                "error": "The calendar could not be typeset." if status == "FAILED" else None,
                "object_key": f"pdf/{job_id}.pdf" if good else None,
                "sha256": self._rng.randbytes(32).hex() if good else None,
                "size_bytes": self._rng.randint(180_000, 900_000) if good else None,
                "created_at": order["paid_at"], "updated_at": min(done, until),
                "finished_at": None if status == "QUEUED" else done,
            }
        )  # fmt: skip

    def _refund(self, order: dict[str, Any], cents: int, at: datetime, status: str) -> None:
        refund_id, reason = self._id(), self._rng.choice(_REASONS)
        done = at + timedelta(seconds=6)
        self._rows.refunds.append(
            {
                "id": refund_id, "order_id": order["id"], "amount_cents": cents, "reason": reason,
                "idempotency_key": f"demonstration-{refund_id}", "status": status, "attempts": 1,
                "stripe_refund_id": f"re_demo{refund_id.hex[:20]}" if status == "DONE" else None,
                "requested_by": self._admin_id, "created_at": at, "updated_at": done,
            }
        )  # fmt: skip
        details = {"amountCents": cents, "currency": order["currency"], "reason": reason, "refundId": str(refund_id)}
        self._audit(Action.REFUND, order["id"], details, at)
        if status == "DONE":
            order["refunded_cents"] = cents
            self._letter(order, "refunded", refund_id, done)
