"""What a guest has made goes to the account at sign-in."""

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from system_under_test.calendars.tables import Calendar
from system_under_test.carts.tables import MAX_QUANTITY, CartItem
from system_under_test.guests.tables import GuestSession
from system_under_test.orders.tables import Order, PlacedKey
from system_under_test.printing.tables import PdfJob


def merge_guest(session: Session, guest_id: str, owner: str) -> bool:
    """Give everything of the guest to ``owner`` and forget the guest; return False when there was nothing.

    Runs in the caller's transaction. Of two sign-ins at once the second waits for the first and finds nothing.
    """
    found = session.scalar(select(GuestSession.id).where(GuestSession.id == guest_id).with_for_update())
    if found is None:
        return False
    # Orders first: a payment that arrives at this moment holds its order, then takes from the cart and writes jobs.
    session.execute(update(Order).where(Order.owner_id == guest_id).values(owner_id=owner))
    session.execute(update(PdfJob).where(PdfJob.session_id == guest_id).values(session_id=owner))
    session.execute(update(Calendar).where(Calendar.session_id == guest_id).values(session_id=owner))
    _merge_cart(session, guest_id, owner)
    _merge_keys(session, guest_id, owner)
    session.execute(delete(GuestSession).where(GuestSession.id == guest_id))
    return True


def _merge_cart(session: Session, guest_id: str, owner: str) -> None:
    guests = aliased(CartItem)
    same = (
        guests.owner_id == guest_id,
        guests.calendar_id == CartItem.calendar_id,
        guests.product_slug == CartItem.product_slug,
    )
    doubled = session.execute(
        update(CartItem)
        .where(CartItem.owner_id == owner, *same)
        .values(quantity=func.least(MAX_QUANTITY, CartItem.quantity + guests.quantity))
        .returning(CartItem.calendar_id, CartItem.product_slug)
    ).all()
    if doubled:
        session.execute(
            delete(CartItem).where(
                CartItem.owner_id == guest_id,
                tuple_(CartItem.calendar_id, CartItem.product_slug).in_([tuple(row) for row in doubled]),
            )
        )
    session.execute(update(CartItem).where(CartItem.owner_id == guest_id).values(owner_id=owner))


def _merge_keys(session: Session, guest_id: str, owner: str) -> None:
    used = aliased(PlacedKey)
    session.execute(
        update(PlacedKey)
        .where(
            PlacedKey.owner_id == guest_id,
            # A key that both have used stays the account's.
            ~select(used.key).where(used.owner_id == owner, used.key == PlacedKey.key).exists(),
        )
        .values(owner_id=owner)
    )
