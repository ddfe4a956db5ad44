"""What the dialog "Order prints" offers, on every page that has it."""

from typing import Any

from sqlalchemy.orm import Session

from system_under_test.carts.tables import MAX_QUANTITY
from system_under_test.products.money import CURRENCY
from system_under_test.products.service import list_products


def prints_offer(session: Session) -> dict[str, Any]:
    """Return the values of ``_prints.html``; costs one query."""
    return {"products": list_products(session), "currency": CURRENCY, "max_quantity": MAX_QUANTITY}
