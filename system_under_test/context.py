"""What a GraphQL resolver may use: the shop's resources and the one on whose behalf it works."""

from collections.abc import Callable
from dataclasses import dataclass

from strawberry.types import Info

from system_under_test.accounts.identity import Identity
from system_under_test.db.engine import Database
from system_under_test.flags.service import Flags
from system_under_test.payments.gateway import Gateway
from system_under_test.printing.storage import ObjectStore
from system_under_test.settings import AppSettings


@dataclass(slots=True)
class ShopContext:
    """Context of one GraphQL request.

    ``owner`` owns what the request may see and change: a guest's session, or an account.
    ``identity`` is None for a guest. ``idempotency_key`` is the header of that name.
    """

    settings: AppSettings
    database: Database
    store: ObjectStore
    gateway: Gateway
    flags: Flags
    wake_relay: Callable[[], None]
    owner: str
    identity: Identity | None
    idempotency_key: str | None = None


ShopInfo = Info[ShopContext, None]
