"""The rows of a demonstration, by table."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Rows:
    """Rows by table, in the order in which they can be inserted."""

    sessions: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    calendars: list[Row] = field(default_factory=list)
    cart_items: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    order_items: list[Row] = field(default_factory=list)
    order_changes: list[Row] = field(default_factory=list)
    pdf_jobs: list[Row] = field(default_factory=list)
    mails: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    webhook_events: list[Row] = field(default_factory=list)
    audit_log: list[Row] = field(default_factory=list)
