"""The shop's database, read past the shop: what it says on a page must stand there too. Nothing is ever written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

from suites.e2e.failure import SetupProblem

_REACH = 10  # seconds
_ORDER = """
SELECT id::text, number, status, currency, items_cents, shipping_cents, total_cents, refunded_cents,
       email, ship_name AS name, owner_id AS owner, stripe_payment_intent AS payment, paid_at
FROM orders
"""


@dataclass(frozen=True)
class OrderRow:
    """An order. Amounts in cents; `payment` is the provider's id of the payment."""

    id: str
    number: int
    status: str
    currency: str
    items_cents: int
    shipping_cents: int
    total_cents: int
    refunded_cents: int
    email: str
    name: str
    owner: str | None
    payment: str | None
    paid_at: datetime | None


@dataclass(frozen=True)
class ItemRow:
    """A line of an order."""

    title: str
    year: int
    product: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True)
class Entry:
    """What an order adds to the figures of some days: whether it was placed and paid on them, and its cents if paid."""

    placed: bool
    paid: bool
    gross_cents: int
    refunded_cents: int


Book = Mapping[str, Entry]


class Ledger:
    """Reads the database at `url`. Raises SetupProblem when it cannot be reached."""

    def __init__(self, url: str) -> None:
        self._url = url

    def orders_of(self, email: str) -> list[OrderRow]:
        """The orders whose messages go to an address, oldest first."""
        return self._orders("WHERE email = %s ORDER BY number", email)

    def order(self, number: int) -> OrderRow:
        """The order of a number. Raises AssertionError when it is not there."""
        found = self._orders("WHERE number = %s", number)
        if len(found) != 1:
            raise AssertionError(f"expected order {number} in the database, got {len(found)} of this number")
        return found[0]

    def items_of(self, order: OrderRow) -> list[ItemRow]:
        """The lines of an order."""
        query = """SELECT title, year, product_name AS product, quantity, unit_price_cents FROM order_items
                   WHERE order_id = %s ORDER BY position"""
        with self._connect() as connection, connection.cursor(row_factory=class_row(ItemRow)) as cursor:
            return cursor.execute(query, (order.id,)).fetchall()

    def steps_of(self, order: OrderRow) -> list[tuple[str, str]]:
        """The states that an order has gone through, each with who led it there; notes are left out."""
        query = """SELECT new_status, actor FROM order_changes
                   WHERE order_id = %s AND old_status IS DISTINCT FROM new_status ORDER BY id"""
        return [(row["new_status"], row["actor"]) for row in self._rows(query, order.id)]

    def has_note(self, order: OrderRow, words: str) -> bool:
        """Whether the history of an order says something."""
        query = "SELECT 1 AS found FROM order_changes WHERE order_id = %s AND strpos(note, %s) > 0"
        return bool(self._rows(query, order.id, words))

    def payments_of(self, order: OrderRow) -> set[str]:
        """The payments of an order that the provider has told the shop of: more than one is somebody charged twice."""
        query = """SELECT DISTINCT payload->>'payment_intent' AS payment FROM webhook_events
                   WHERE payload->>'order_id' = %s AND payload->>'payment_status' = 'paid'"""
        return {row["payment"] for row in self._rows(query, order.id)}

    def letters_of(self, order: OrderRow) -> list[tuple[str, str]]:
        """(kind, state) of the letters that the shop wrote about an order."""
        query = "SELECT kind, status FROM mails WHERE order_id = %s ORDER BY created_at"
        return [(row["kind"], row["status"]) for row in self._rows(query, order.id)]

    def account_of(self, email: str) -> str:
        """Id of the account with an address. Raises AssertionError unless there is exactly one."""
        found = self._rows("SELECT id::text FROM accounts WHERE email = %s", email)
        if len(found) != 1:
            raise AssertionError(f"expected one account of {email} in the database, got {len(found)}")
        return str(found[0]["id"])

    def mentions(self, text: str) -> list[str]:
        """`table.column` wherever a text stands in the database, whatever the shop says of where it keeps things."""
        columns = self._rows(
            """SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
               USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
               AND data_type IN ('text', 'character varying', 'json', 'jsonb') ORDER BY table_name, column_name"""
        )
        if not columns:
            raise SetupProblem("the database holds no table to look into")
        one = "SELECT {name} AS place WHERE EXISTS (SELECT FROM {table} WHERE strpos({column}::text, %(text)s) > 0)"
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL(one).format(
                name=sql.Literal(f"{row['table_name']}.{row['column_name']}"),
                table=sql.Identifier(row["table_name"]), column=sql.Identifier(row["column_name"]),
            )
            for row in columns
        )  # fmt: skip
        return [row["place"] for row in self._rows(query, {"text": text})]

    def book(self, first: date, last: date) -> Book:
        """The orders that count on the days from `first` to `last` (UTC, both included), by their ids."""
        query = """
        WITH span AS (SELECT %(first)s::timestamp AT TIME ZONE 'UTC' AS opens,
                             (%(last)s::date + 1)::timestamp AT TIME ZONE 'UTC' AS ends)
        SELECT id::text, coalesce(created_at >= opens AND created_at < ends, false) AS placed,
               coalesce(paid_at >= opens AND paid_at < ends, false) AS paid, total_cents, refunded_cents
        FROM orders, span WHERE (created_at >= opens AND created_at < ends) OR (paid_at >= opens AND paid_at < ends)
        """
        return {
            row["id"]: Entry(row["placed"], row["paid"], row["total_cents"] * row["paid"],
                             row["refunded_cents"] * row["paid"])
            for row in self._rows(query, {"first": first, "last": last})
        }  # fmt: skip

    def _orders(self, where: str, value: object) -> list[OrderRow]:
        with self._connect() as connection, connection.cursor(row_factory=class_row(OrderRow)) as cursor:
            return cursor.execute(_ORDER + where, (value,)).fetchall()

    def _rows(self, query: Any, *values: Any) -> list[dict[str, Any]]:
        given: Mapping[str, Any] | Sequence[Any] = values[0] if values and isinstance(values[0], Mapping) else values
        with self._connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, given).fetchall()

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            connection = psycopg.connect(self._url, connect_timeout=_REACH, application_name="launchgate-journeys")
        except psycopg.OperationalError as error:
            raise SetupProblem(f"the shop's database cannot be read ({str(error).splitlines()[0]})") from error
        connection.read_only = True
        return connection
