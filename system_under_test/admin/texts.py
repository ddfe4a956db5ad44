"""Values as the API shows them, and acts of the audit log in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from system_under_test.admin.audit import Action
from system_under_test.products.money import CURRENCY, money


def iso(moment: datetime) -> str:
    """Return ``moment`` as ISO 8601 in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def iso_or_none(moment: datetime | None) -> str | None:
    """Return ``moment`` as ISO 8601 in UTC."""
    return None if moment is None else iso(moment)


def status_text(status: str) -> str:
    """Return a state in words for people."""
    return status.replace("_", " ").capitalize()


def sentence_of(action: str, details: Mapping[str, Any]) -> str:
    """Return what was done, in one line; an act that this code does not know keeps its name."""
    if action == Action.STATUS:
        return f"{status_text(str(details.get('from')))} → {status_text(str(details.get('to')))}"
    if action == Action.REFUND:
        return f"Refund of {money(int(details.get('amountCents', 0)), str(details.get('currency', CURRENCY)))}"
    if action == Action.FLAG:
        return f"Switched {details.get('name')} {'on' if details.get('enabled') else 'off'}"
    return action


def details_of(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details as names and texts, in the order of names."""
    return [(name, _text(value)) for name, value in sorted(details.items()) if value not in (None, "")]


def _text(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
