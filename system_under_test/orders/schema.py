"""GraphQL types of orders; the administration shows the same, and more."""

import uuid
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import strawberry

from system_under_test.context import ShopContext
from system_under_test.orders import reading
from system_under_test.orders.states import OrderStatus
from system_under_test.printing.links import pdf_link
from system_under_test.printing.schema import PdfJobStatus
from system_under_test.printing.tables import JobStatus

STATUS_TEXTS = {
    OrderStatus.PLACED: "Waiting for payment",
    OrderStatus.PAID: "Paid, about to be printed",
    OrderStatus.IN_PRODUCTION: "At the printer",
    OrderStatus.SHIPPED: "On its way",
    OrderStatus.DELIVERED: "Delivered",
    OrderStatus.CANCELLED: "Cancelled",
    OrderStatus.REFUNDED: "Refunded",
}


@strawberry.enum(name="OrderStatus", description="State of an order; CANCELLED, DELIVERED and REFUNDED are final.")
class OrderStatusType(Enum):
    """Status of an order in the API."""

    PLACED = "PLACED"
    PAID = "PAID"
    IN_PRODUCTION = "IN_PRODUCTION"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


class OrderBatch:
    """Items and history of all orders of one answer, each read with a single query when first asked for."""

    def __init__(self, context: ShopContext, order_ids: list[uuid.UUID]) -> None:
        self._context = context
        self._order_ids = order_ids
        self._items: dict[uuid.UUID, list[reading.ItemData]] | None = None
        self._history: dict[uuid.UUID, list[reading.ChangeData]] | None = None

    def items(self, order_id: uuid.UUID) -> list[reading.ItemData]:
        """Return the items of one order of the batch."""
        if self._items is None:
            with self._context.database.read() as session:
                self._items = reading.items_by_order(session, self._order_ids)
        return self._items[order_id]

    def history(self, order_id: uuid.UUID) -> list[reading.ChangeData]:
        """Return the history of one order of the batch."""
        if self._history is None:
            with self._context.database.read() as session:
                self._history = reading.history_by_order(session, self._order_ids)
        return self._history[order_id]

    def download_url(self, job_id: uuid.UUID) -> str:
        """Return where the PDF of a finished job can be fetched."""
        return pdf_link(self._context.settings, job_id)


@strawberry.type(name="OrderPdf", description="The PDF of an item, as it is printed.")
class OrderPdfType:
    """A PDF as the API shows it."""

    status: PdfJobStatus
    sha256: str | None = strawberry.field(description="Checksum (hex) once DONE.")
    size_bytes: int | None
    download_url: str | None = strawberry.field(description="Where it can be fetched once DONE; expires.")
    error: str | None = strawberry.field(description="Why it FAILED, a sentence for people.")


@strawberry.type(name="OrderItem", description="So many copies of one calendar, as it was when it was ordered.")
class OrderItemType:
    """An item as the API shows it."""

    id: strawberry.ID
    title: str
    year: int
    template_slug: str
    product_name: str
    quantity: int
    unit_price_cents: int
    line_cents: int
    pdf: OrderPdfType | None = strawberry.field(description="Null until the order is paid.")

    @classmethod
    def of(cls, item: reading.ItemData, batch: OrderBatch) -> "OrderItemType":
        """Wrap an item."""
        return cls(
            id=strawberry.ID(str(item.id)),
            title=item.title,
            year=item.year,
            template_slug=item.template_slug,
            product_name=item.product_name,
            quantity=item.quantity,
            unit_price_cents=item.unit_price_cents,
            line_cents=item.quantity * item.unit_price_cents,
            pdf=_pdf(item.pdf, batch) if item.pdf else None,
        )


def _pdf(pdf: reading.PdfData, batch: OrderBatch) -> OrderPdfType:
    return OrderPdfType(
        status=PdfJobStatus(pdf.status),
        sha256=pdf.sha256,
        size_bytes=pdf.size_bytes,
        download_url=batch.download_url(pdf.job_id) if pdf.status == JobStatus.DONE else None,
        error=pdf.error,
    )


@strawberry.type(description="Where an order goes.")
class ShippingAddress:
    """An address as the API shows it."""

    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str


@strawberry.type(description="A step in the life of an order.")
class OrderStep:
    """A step as the API shows it."""

    at: str
    status: OrderStatusType
    note: str


@strawberry.type(name="Order", description="An order; amounts in cents, tax included.")
class OrderType:
    """An order as the API shows it. The administration inherits from it and adds fields."""

    id: strawberry.ID
    number: int
    status: OrderStatusType
    status_text: str
    placed_at: str
    paid_at: str | None
    email: str
    shipping: ShippingAddress
    items_cents: int
    shipping_cents: int
    total_cents: int
    tax_cents: int = strawberry.field(description="The tax that is part of the total.")
    refunded_cents: int
    currency: str
    checkout_url: str | None = strawberry.field(description="Where the order can be paid, while it is PLACED.")
    key: strawberry.Private[uuid.UUID]
    batch: strawberry.Private[OrderBatch]

    @strawberry.field
    def items(self) -> list[OrderItemType]:
        """Return the items, read together with those of the other orders of the answer."""
        return [OrderItemType.of(item, self.batch) for item in self.batch.items(self.key)]

    @strawberry.field
    def history(self) -> list[OrderStep]:
        """Return what happened, oldest first, read together with those of the other orders of the answer."""
        return [
            OrderStep(at=moment(step.at), status=OrderStatusType(step.new_status), note=step.note)
            for step in self.batch.history(self.key)
        ]


def moment(at: datetime) -> str:
    """Return a point in time as the API shows it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def order_fields(data: reading.OrderData, batch: OrderBatch) -> dict[str, Any]:
    """Return the values of ``OrderType`` by name, for it and for types that inherit from it."""
    status = OrderStatus(data.status)
    return {
        "id": strawberry.ID(str(data.id)),
        "number": data.number,
        "status": OrderStatusType(data.status),
        "status_text": STATUS_TEXTS[status],
        "placed_at": moment(data.created_at),
        "paid_at": moment(data.paid_at) if data.paid_at else None,
        "email": data.email,
        "shipping": ShippingAddress(
            name=data.ship_name,
            line1=data.ship_line1,
            line2=data.ship_line2,
            postcode=data.ship_postcode,
            city=data.ship_city,
            region=data.ship_region,
            country=data.ship_country,
        ),
        "items_cents": data.items_cents,
        "shipping_cents": data.shipping_cents,
        "total_cents": data.total_cents,
        "tax_cents": data.tax_cents,
        "refunded_cents": data.refunded_cents,
        "currency": data.currency,
        "checkout_url": data.checkout_url if status is OrderStatus.PLACED else None,
        "key": data.id,
        "batch": batch,
    }


def wrap_orders(context: ShopContext, *found: reading.OrderData) -> list[OrderType]:
    """Return orders as the API shows them; their items and histories are read together."""
    batch = OrderBatch(context, [data.id for data in found])
    return [OrderType(**order_fields(data, batch)) for data in found]
