"""Orders as their owners see them: pages, strangers, numbers of statements."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from system_under_test.errors import ErrorCode, ShopError
from system_under_test.orders.changes import change_status
from system_under_test.orders.states import OrderStatus, check_step, next_states
from tests.shop.payments.till import CANCEL, CART, ORDER, ORDERS, PAY, Customer, Till


@contextmanager
def counted(till: Till) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(till.shop.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(till.shop.database.engine, "before_cursor_execute", note)


def test_newest_first_page_by_page(till: Till, customer: Customer, other: Customer) -> None:
    customer.fill_cart()
    placed = [customer.place()["id"] for _ in range(5)]
    other.new_order()
    seen, after = [], None
    for size in (2, 2, 1):
        page = customer.data(ORDERS, first=2, after=after)["orders"]
        assert (page["total"], page["hasMore"], len(page["items"])) == (5, len(seen) + size < 5, size)
        seen += [order["id"] for order in page["items"]]
        after = page["endCursor"]
    assert seen == placed[::-1]
    assert customer.data(ORDERS, after=after)["orders"]["items"] == []


def test_orders_of_the_same_moment_are_all_listed(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    placed = {customer.place()["id"] for _ in range(4)}
    till.rows("UPDATE orders SET created_at = now()")
    first = customer.data(ORDERS, first=3)["orders"]
    rest = customer.data(ORDERS, first=3, after=first["endCursor"])["orders"]
    assert [len(first["items"]), len(rest["items"])] == [3, 1]
    assert {order["id"] for order in first["items"] + rest["items"]} == placed


def test_nobody_has_ordered_yet(till: Till, customer: Customer) -> None:
    empty = {"items": [], "endCursor": None, "hasMore": False, "total": 0}
    assert customer.data(ORDERS)["orders"] == empty


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
def test_pages_have_a_size(till: Till, customer: Customer, first: int) -> None:
    assert customer.code(ORDERS, first=first) == "BAD_INPUT"


@pytest.mark.parametrize("after", ["x", "ä", "AAAA", "MjAyNi0wMS0wMQ==", "x" * 10_000, "MjAyNi0wMS0wMSBh", "\u0000"])
def test_cursors_that_are_none(till: Till, customer: Customer, after: str) -> None:
    assert customer.code(ORDERS, after=after) == "BAD_INPUT"


@pytest.mark.parametrize("operation", [ORDER, CANCEL, PAY])
def test_what_belongs_to_others_is_not_found(
    till: Till, customer: Customer, other: Customer, operation: str, new_customer: Callable[[], Customer]
) -> None:
    order = customer.new_order()
    other.new_order()
    for stranger in (other, new_customer()):
        for order_id in (order["id"], str(uuid.uuid4()), str(order["number"]), "", "x" * 10_000):
            assert stranger.code(operation, id=order_id) == "NOT_FOUND"
    assert customer.order(order["id"])["status"] == "PLACED"


def test_statements_do_not_grow_with_the_orders(till: Till, customer: Customer) -> None:
    for product in ("a4-wall", "a3-wall"):
        customer.fill_cart(product)
    counts = []
    for _ in range(3):
        order = customer.place()
        with counted(till) as statements:
            page = customer.data(ORDERS)["orders"]
        assert len(page["items"][0]["items"]) == 2
        with counted(till) as single:
            customer.order(order["id"])
        counts.append((len(statements), len(single)))
    assert counts == [(4, 3)] * 3


def test_placing_costs_the_same_for_one_line_and_for_many(till: Till, customer: Customer) -> None:
    counts = []
    for _ in range(3):
        customer.fill_cart()
        with counted(till) as statements:
            customer.place()
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 21


def test_steps_by_hand(till: Till, customer: Customer) -> None:
    order = till.paid_order(customer)
    order_id = uuid.UUID(order["id"])

    def step(new: OrderStatus) -> None:
        with till.shop.database.write() as session:
            change_status(session, order_id, new, "admin", f"now {new}")

    for wrong in (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.REFUNDED, OrderStatus.PLACED):
        with pytest.raises(ShopError) as refusal:
            step(wrong)
        assert refusal.value.code is ErrorCode.CONFLICT
    for good in (OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        step(good)
    seen = customer.order(order["id"])
    assert [s["status"] for s in seen["history"]] == ["PLACED", "PAID", "IN_PRODUCTION", "SHIPPED", "DELIVERED"]
    assert seen["history"][-1]["note"] == "now DELIVERED"
    assert till.rows("SELECT kind FROM mails ORDER BY created_at") == ["confirmation", "shipped"]
    assert till.rows("SELECT DISTINCT actor FROM order_changes ORDER BY 1") == ["admin", "customer", "payment"]


def test_a_payment_is_never_set_by_hand(till: Till, customer: Customer) -> None:
    order = customer.new_order()
    for new in (OrderStatus.PAID, OrderStatus.CANCELLED):
        with till.shop.database.write() as session, pytest.raises(ShopError):
            change_status(session, uuid.UUID(order["id"]), new, "admin")
    assert till.statuses() == ["PLACED"]


def test_every_step_that_is_not_named_is_refused() -> None:
    for old in OrderStatus:
        for new in OrderStatus:
            if new in next_states(old):
                check_step(old, new)
            else:
                with pytest.raises(ShopError):
                    check_step(old, new)


def test_carts_of_others_stay_when_an_order_is_paid(till: Till, customer: Customer, other: Customer) -> None:
    other.fill_cart()
    till.paid_order(customer)
    assert other.data(CART)["cart"]["count"] == 1
