"""The payment page of an order: opened after the order is written, closed before it is cancelled.

The provider is never asked inside of a transaction. Whatever happens between two steps, the next call goes on
from there: the order's id is the provider's idempotency key.
"""

import uuid
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from system_under_test.db.engine import Database
from system_under_test.errors import ErrorCode, ShopError, conflict
from system_under_test.orders.changes import change_status, lock_order
from system_under_test.orders.reading import OrderData, get_order
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.payments.gateway import Gateway, GatewayError, PayLine, PayPage
from system_under_test.payments.reconcile import settle
from system_under_test.products.shipping import COUNTRIES
from system_under_test.telemetry.logs import describe_fault, get_logger

log = get_logger(__name__)

PAID_ALREADY = "This order has been paid already."
UNDER_WAY = "Your bank is still working on the payment. Please look again in a few minutes."


@dataclass(frozen=True, slots=True)
class _Bill:
    """What the payment page must show."""

    order: OrderData
    lines: list[PayLine]


def open_pay_page(database: Database, gateway: Gateway, order_id: uuid.UUID) -> None:
    """Give a placed order its payment page, unless it has one; raises UNAVAILABLE, and the order stays as it is."""
    bill = _read_bill(database, order_id)
    if bill.order.status == OrderStatus.PLACED and bill.order.stripe_session_id is None:
        _open(database, gateway, bill)


def pay_again(database: Database, gateway: Gateway, order_id: uuid.UUID) -> None:
    """Make sure that a placed order can be paid: its page is open, or a new one is.

    Raises CONFLICT for an order that is not waiting for payment, or was paid at this moment; UNAVAILABLE.
    """
    bill = _read_bill(database, order_id)
    _check_unpaid(bill.order.status)
    if bill.order.stripe_session_id is not None:
        try:
            facts = gateway.look_up(bill.order.stripe_session_id)
            if facts is not None and facts.is_open:
                return
            if facts is not None and facts.is_paid:
                settle(database, gateway, order_id)
                raise conflict(PAID_ALREADY)
            if facts is not None and facts.is_under_way:
                raise conflict(UNDER_WAY)
        except GatewayError as fault:
            _unavailable(fault, bill.order)
    _open(database, gateway, bill)


def cancel(database: Database, gateway: Gateway, order_id: uuid.UUID) -> None:
    """Cancel a placed order. Its payment page is closed first, so that nobody pays a cancelled order.

    Raises CONFLICT when the order is not waiting for payment any more; UNAVAILABLE.
    """
    with database.read() as session:
        order = get_order(session, order_id)
    _check_unpaid(order.status)
    if order.stripe_session_id is not None:
        try:
            _close(database, gateway, order_id, order.stripe_session_id)
        except GatewayError as fault:
            _unavailable(fault, order)
    with database.write() as session:
        locked = lock_order(session, order_id)
        if locked.status is OrderStatus.CANCELLED:
            return  # the provider's own word about the closed page was quicker
        if locked.stripe_session_id != order.stripe_session_id:
            raise conflict("The payment of this order was just started again. Please look again.")
        change_status(session, order_id, OrderStatus.CANCELLED, "customer", "Cancelled by the customer.")


def _close(database: Database, gateway: Gateway, order_id: uuid.UUID, session_id: str) -> None:
    if gateway.expire(session_id):
        return
    facts = gateway.look_up(session_id)
    if facts is not None and facts.is_paid:
        settle(database, gateway, order_id)
        raise conflict(PAID_ALREADY)
    if facts is not None and facts.is_under_way:
        raise conflict(UNDER_WAY)


def _open(database: Database, gateway: Gateway, bill: _Bill) -> None:
    order = bill.order
    try:
        page = gateway.open_pay_page(order.id, order.email, order.currency, bill.lines, order.stripe_session_id)
    except GatewayError as fault:
        with database.read() as session:
            now = get_order(session, order.id)
        if now.stripe_session_id == order.stripe_session_id:
            _unavailable(fault, order)
        return  # another click of the same customer was quicker
    with database.write() as session:
        kept = _keep_page(session, order, page)
    if kept:
        return
    with database.read() as session:
        now = get_order(session, order.id)
    if now.stripe_session_id != page.session_id or now.status != OrderStatus.PLACED:
        # Cancelled meanwhile, or another page was opened: nobody has seen this one, and nobody shall.
        _close_unseen(gateway, page)
    _check_unpaid(now.status)


def _keep_page(session: Session, order: OrderData, page: PayPage) -> bool:
    """Store the page unless something happened to the order since it was read."""
    kept = session.scalar(
        update(Order)
        .where(
            Order.id == order.id,
            Order.status == OrderStatus.PLACED,
            Order.stripe_session_id.is_not_distinct_from(order.stripe_session_id),
        )
        .values(stripe_session_id=page.session_id, checkout_url=page.url, updated_at=func.now())
        .returning(Order.id)
    )
    return kept is not None


def _close_unseen(gateway: Gateway, page: PayPage) -> None:
    try:
        gateway.expire(page.session_id)
    except GatewayError as fault:
        log.warning("pay_page_left_open", error=describe_fault(fault))


def _read_bill(database: Database, order_id: uuid.UUID) -> _Bill:
    with database.read() as session:
        order = get_order(session, order_id)
        rows = session.execute(
            select(OrderItem.title, OrderItem.year, OrderItem.product_name, OrderItem.unit_price_cents,
                   OrderItem.quantity)
            .where(OrderItem.order_id == order_id)
            .order_by(OrderItem.position)
        )  # fmt: skip
        lines = [PayLine(f"{title} {year}, {product}", cents, count) for title, year, product, cents, count in rows]
    if order.shipping_cents:
        lines.append(PayLine(f"Shipping to {_country_name(order.ship_country)}", order.shipping_cents, 1))
    return _Bill(order, lines)


def _country_name(code: str) -> str:
    country = COUNTRIES.get(code)
    return country.name if country is not None else code


def _check_unpaid(status: str) -> None:
    if status == OrderStatus.CANCELLED:
        raise conflict("This order was cancelled.")
    if status != OrderStatus.PLACED:
        raise conflict(PAID_ALREADY)


def _unavailable(fault: GatewayError, order: OrderData) -> NoReturn:
    log.error("pay_page_unavailable", order_id=str(order.id), final=fault.is_final, error=describe_fault(fault))
    raise ShopError(
        ErrorCode.UNAVAILABLE,
        f"Our payment provider does not answer. Your order {order.number} is safe and nothing was charged:"
        " please try again in a few minutes, here or from your list of orders.",
        {"orderId": str(order.id)},
    ) from fault
