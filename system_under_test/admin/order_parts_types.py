"""GraphQL types of what hangs on an order: lines with PDFs, history, refunds, letters."""

import strawberry

from system_under_test.admin.order_detail import ItemData, MailData, RefundData, StepData
from system_under_test.admin.texts import iso, iso_or_none, status_text
from system_under_test.orders.schema import OrderStatusType
from system_under_test.printing.links import pdf_link
from system_under_test.printing.tables import JobStatus
from system_under_test.settings import AppSettings

# Long enough for a page that stands open over coffee; who has the link needs no sign-in.
LINK_SECONDS = 3600


@strawberry.type(description="Where an order is sent.")
class AdminShipping:
    """An address."""

    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str


@strawberry.type(description="The printable PDF of a line of an order.")
class AdminPdf:
    """A PDF job of an order."""

    job_id: strawberry.ID
    status: str
    attempts: int
    error: str | None
    sha256: str | None
    size_bytes: int | None
    finished_at: str | None
    download_url: str | None = strawberry.field(description="Where it can be fetched once DONE; expires.")


@strawberry.type(description="A line of an order.")
class AdminOrderItem:
    """A line with its PDF, None before payment."""

    id: strawberry.ID
    title: str
    year: int
    template_slug: str
    product_name: str
    quantity: int
    unit_price_cents: int
    line_cents: int
    pdf: AdminPdf | None

    @classmethod
    def of(cls, item: ItemData, settings: AppSettings) -> "AdminOrderItem":
        """Wrap a line."""
        pdf = None
        if item.job_id is not None:
            pdf = AdminPdf(
                job_id=strawberry.ID(str(item.job_id)),
                status=item.job_status or "",
                attempts=item.attempts or 0,
                error=item.error,
                sha256=item.sha256,
                size_bytes=item.size_bytes,
                finished_at=iso_or_none(item.finished_at),
                download_url=pdf_link(settings, item.job_id, lifetime_seconds=LINK_SECONDS)
                if item.job_status == JobStatus.DONE
                else None,
            )
        return cls(
            id=strawberry.ID(str(item.id)),
            title=item.title,
            year=item.year,
            template_slug=item.template_slug,
            product_name=item.product_name,
            quantity=item.quantity,
            unit_price_cents=item.unit_price_cents,
            line_cents=item.unit_price_cents * item.quantity,
            pdf=pdf,
        )


@strawberry.type(description="A step in the life of an order; actor is customer, payment, worker or admin.")
class AdminStep:
    """A step of the history."""

    at: str
    old_status: OrderStatusType | None
    status: OrderStatusType
    status_text: str
    actor: str
    note: str

    @classmethod
    def of(cls, step: StepData) -> "AdminStep":
        """Wrap a step."""
        return cls(
            at=iso(step.at),
            old_status=None if step.old_status is None else OrderStatusType(step.old_status),
            status=OrderStatusType(step.status),
            status_text=status_text(step.status),
            actor=step.actor,
            note=step.note,
        )


@strawberry.type(description="Money given back, or on its way.")
class AdminRefund:
    """A refund."""

    id: strawberry.ID
    amount_cents: int
    status: str
    reason: str
    stripe_refund_id: str | None
    attempts: int
    created_at: str

    @classmethod
    def of(cls, refund: RefundData) -> "AdminRefund":
        """Wrap a refund."""
        return cls(
            id=strawberry.ID(str(refund.id)),
            amount_cents=refund.amount_cents,
            status=refund.status,
            reason=refund.reason,
            stripe_refund_id=refund.stripe_refund_id,
            attempts=refund.attempts,
            created_at=iso(refund.created_at),
        )


@strawberry.type(description="A letter about an order.")
class AdminMail:
    """A letter."""

    id: strawberry.ID
    kind: str
    status: str
    attempts: int
    error: str | None
    created_at: str
    sent_at: str | None

    @classmethod
    def of(cls, mail: MailData) -> "AdminMail":
        """Wrap a letter."""
        return cls(
            id=strawberry.ID(str(mail.id)),
            kind=mail.kind,
            status=mail.status,
            attempts=mail.attempts,
            error=mail.error,
            created_at=iso(mail.created_at),
            sent_at=iso_or_none(mail.sent_at),
        )
