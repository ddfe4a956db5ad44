"""Operations of the administration, and how many statements they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

ROW = "id number status statusText placedAt paidAt email name country copies totalCents refundedCents currency"
ORDERS = (
    "query AdminOrders($filter: AdminOrderFilter, $first: Int, $after: String) {"
    " adminOrders(filter: $filter, first: $first, after: $after) {"
    f" items {{ {ROW} }} endCursor hasMore total statusCounts {{ status count }} }} }}"
)
DETAIL = (
    "id number status allowedNext { status } ownerKind accountEmail email totalCents refundedCents refundableCents"
    " shipping { name city country } items { title quantity lineCents pdf { status attempts downloadUrl sha256 } }"
    " history { status actor note } refunds { amountCents status reason } mails { kind status }"
    " audit { accountName action summary details { name value } }"
)
ORDER = f"query AdminOrder($id: ID!) {{ adminOrder(id: $id) {{ {DETAIL} }} }}"
SET_STATUS = (
    "mutation SetOrderStatus($id: ID!, $status: OrderStatus!, $note: String) {"
    f" setOrderStatus(id: $id, status: $status, note: $note) {{ {DETAIL} }} }}"
)
REFUND = (
    "mutation RefundOrder($id: ID!, $amount: Int!, $reason: String!, $key: String!) {"
    f" refundOrder(id: $id, amountCents: $amount, reason: $reason, idempotencyKey: $key) {{ {DETAIL} }} }}"
)
ANALYTICS = (
    "query Analytics($from: String!, $to: String!) { analytics(from: $from, to: $to) {"
    " from to timeZone currency days { date orders paidOrders grossCents refundedCents revenueCents }"
    " totals { orders paidOrders grossCents refundedCents revenueCents averageOrderCents }"
    " funnel { name count } templates { slug calendars copies salesCents }"
    " queues { name waiting oldestSeconds byStatus { status count } } } }"
)
AUDIT = (
    "query AuditLog($first: Int, $after: String) { auditLog(first: $first, after: $after) {"
    " items { id accountName action summary orderId orderNumber details { name value } } endCursor hasMore total } }"
)
FLAGS = "query FeatureFlags { featureFlags { name description enabled default updatedAt } }"
SET_FLAG = (
    "mutation SetFeatureFlag($name: String!, $enabled: Boolean!) {"
    " setFeatureFlag(name: $name, enabled: $enabled) { name enabled default updatedAt } }"
)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that the engine sends meanwhile, but for the look-up of the access token's sign-in."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "sign_ins" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
