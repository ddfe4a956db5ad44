"""Every table of the shop in one place, for migrations and checks of the schema."""

from system_under_test.calendars.tables import Calendar, Event
from system_under_test.db.base import Base
from system_under_test.db.outbox import OutboxMessage
from system_under_test.guests.tables import GuestSession
from system_under_test.printing.tables import PdfJob
from system_under_test.templates_catalog.tables import Template

__all__ = ["Base", "Calendar", "Event", "GuestSession", "OutboxMessage", "PdfJob", "Template"]
