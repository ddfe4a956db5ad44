"""GraphQL type of one order as people of the shop see it."""

import strawberry

from system_under_test.admin.audit_types import AuditEntryType
from system_under_test.admin.order_detail import OrderDetail
from system_under_test.admin.order_parts_types import AdminMail, AdminOrderItem, AdminRefund, AdminShipping, AdminStep
from system_under_test.admin.texts import iso, iso_or_none, status_text
from system_under_test.orders.schema import OrderStatusType
from system_under_test.settings import AppSettings


@strawberry.type(description="A state that may be chosen next.")
class AdminNextState:
    """A state by its name and in words."""

    status: OrderStatusType
    status_text: str


@strawberry.type(description="An order with everything that hangs on it. ownerKind is account, guest or deleted.")
class AdminOrder:
    """An order, for people of the shop."""

    id: strawberry.ID
    number: int
    status: OrderStatusType
    status_text: str
    allowed_next: list[AdminNextState]
    placed_at: str
    paid_at: str | None
    owner_kind: str
    account_email: str | None
    email: str
    shipping: AdminShipping
    items: list[AdminOrderItem]
    items_cents: int
    shipping_cents: int
    total_cents: int
    tax_cents: int
    refunded_cents: int
    refundable_cents: int
    currency: str
    stripe_session_id: str | None
    stripe_payment_intent: str | None
    history: list[AdminStep]
    refunds: list[AdminRefund]
    mails: list[AdminMail]
    audit: list[AuditEntryType]

    @classmethod
    def of(cls, detail: OrderDetail, settings: AppSettings) -> "AdminOrder":
        """Wrap an order."""
        order = detail.order
        return cls(
            id=strawberry.ID(str(order.id)),
            number=order.number,
            status=OrderStatusType(order.status),
            status_text=status_text(order.status),
            allowed_next=[
                AdminNextState(status=OrderStatusType(status), status_text=status_text(status))
                for status in detail.allowed_next
            ],
            placed_at=iso(order.created_at),
            paid_at=iso_or_none(order.paid_at),
            owner_kind=detail.owner_kind,
            account_email=detail.account_email,
            email=order.email,
            shipping=AdminShipping(
                name=order.ship_name,
                line1=order.ship_line1,
                line2=order.ship_line2,
                postcode=order.ship_postcode,
                city=order.ship_city,
                region=order.ship_region,
                country=order.ship_country,
            ),
            items=[AdminOrderItem.of(item, settings) for item in detail.items],
            items_cents=order.items_cents,
            shipping_cents=order.shipping_cents,
            total_cents=order.total_cents,
            tax_cents=order.tax_cents,
            refunded_cents=order.refunded_cents,
            refundable_cents=detail.refundable_cents,
            currency=order.currency,
            stripe_session_id=order.stripe_session_id,
            stripe_payment_intent=order.stripe_payment_intent,
            history=[AdminStep.of(step) for step in detail.history],
            refunds=[AdminRefund.of(refund) for refund in detail.refunds],
            mails=[AdminMail.of(mail) for mail in detail.mails],
            audit=[AuditEntryType.of(entry) for entry in detail.audit],
        )
