"""What a GraphQL resolver may use: the database and the guest on whose behalf it works."""

from collections.abc import Callable
from dataclasses import dataclass

from strawberry.types import Info

from system_under_test.db.engine import Database


@dataclass(slots=True)
class ShopContext:
    """Context of one GraphQL request."""

    database: Database
    session_id: str
    wake_relay: Callable[[], None]


ShopInfo = Info[ShopContext, None]
