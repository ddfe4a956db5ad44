"""Every table of the shop in one place, for migrations and checks of the schema."""

from system_under_test.accounts.tables import Account, RefreshToken, SignIn
from system_under_test.admin.tables import AuditEntry
from system_under_test.calendars.tables import Calendar, Event
from system_under_test.carts.tables import CartItem
from system_under_test.db.base import Base
from system_under_test.db.outbox import OutboxMessage
from system_under_test.flags.tables import FeatureFlag
from system_under_test.guests.tables import GuestSession
from system_under_test.mail.tables import Mail
from system_under_test.orders.tables import Order, OrderChange, OrderItem, PlacedKey
from system_under_test.payments.tables import Refund, WebhookEvent
from system_under_test.printing.tables import PdfJob
from system_under_test.products.tables import Product
from system_under_test.templates_catalog.tables import Template

__all__ = [
    "Account",
    "AuditEntry",
    "Base",
    "Calendar",
    "CartItem",
    "Event",
    "FeatureFlag",
    "GuestSession",
    "Mail",
    "Order",
    "OrderChange",
    "OrderItem",
    "OutboxMessage",
    "PdfJob",
    "PlacedKey",
    "Product",
    "RefreshToken",
    "Refund",
    "SignIn",
    "Template",
    "WebhookEvent",
]
