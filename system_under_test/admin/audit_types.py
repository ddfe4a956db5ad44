"""GraphQL types of the audit log."""

import strawberry

from system_under_test.admin.audit import AuditData, AuditPage
from system_under_test.admin.texts import details_of, iso, sentence_of


@strawberry.type(description="A detail of an entry of the audit log.")
class AuditDetail:
    """A named value."""

    name: str
    value: str


@strawberry.type(name="AuditEntry", description="One act of a person of the shop.")
class AuditEntryType:
    """An entry of the audit log; name and address are None once the account was deleted."""

    id: strawberry.ID
    at: str
    account_id: strawberry.ID
    account_name: str | None
    account_email: str | None
    action: str
    summary: str
    order_id: strawberry.ID | None
    order_number: int | None
    details: list[AuditDetail]

    @classmethod
    def of(cls, entry: AuditData) -> "AuditEntryType":
        """Wrap an entry."""
        return cls(
            id=strawberry.ID(str(entry.id)),
            at=iso(entry.created_at),
            account_id=strawberry.ID(str(entry.account_id)),
            account_name=entry.name,
            account_email=entry.email,
            action=entry.action,
            summary=sentence_of(entry.action, entry.details),
            order_id=None if entry.order_id is None else strawberry.ID(str(entry.order_id)),
            order_number=entry.order_number,
            details=[AuditDetail(name=name, value=value) for name, value in details_of(entry.details)],
        )


@strawberry.type(name="AuditPage", description="A page of the audit log, newest first.")
class AuditPageType:
    """A page of the log."""

    items: list[AuditEntryType]
    end_cursor: str | None
    has_more: bool
    total: int

    @classmethod
    def of(cls, page: AuditPage) -> "AuditPageType":
        """Wrap a page."""
        return cls(
            items=[AuditEntryType.of(entry) for entry in page.entries],
            end_cursor=page.end_cursor,
            has_more=page.has_more,
            total=page.total,
        )
