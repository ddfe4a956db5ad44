"""How each part of the shop is looked at. Cheap: none asks for more than one small answer."""

from collections.abc import Callable

import httpx
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database
from system_under_test.flags.service import Flags
from system_under_test.settings import AppSettings
from system_under_test.status.states import State
from system_under_test.worker.queue import QueueGauge
from system_under_test.worker.routing import PDF_QUEUE

Check = Callable[[], tuple[State, str]]

ANSWER_SECONDS = 3.0
# A PDF takes a second; customers wait for it in front of the screen. Letters may take a minute.
PDF_LATE_SECONDS = 60.0
PDF_STUCK_SECONDS = 900.0
MAIL_LATE_SECONDS = 300.0
MAIL_STUCK_SECONDS = 3600.0


def check_shop(database: Database) -> tuple[State, str]:
    """See whether calendars can be read."""
    try:
        with database.read() as session:
            session.execute(text("SELECT 1 FROM templates LIMIT 1"))
    except SQLAlchemyError:
        return State.DOWN, "Calendars cannot be opened or saved just now. What was saved before is safe."
    return State.OPERATIONAL, "Designs, calendars and carts can be opened and saved."


def check_payments(client: httpx.Client, base: str, flags: Flags) -> tuple[State, str]:
    """See whether the payment provider answers at all: its health check needs no key and makes nothing."""
    if not flags.enabled("checkout"):
        return State.DOWN, "We take no orders at the moment. Your cart is kept."
    if not _answers(client, f"{base.removesuffix('/')}/healthcheck", below=500):
        return State.DOWN, "Our payment provider does not answer. Your cart is kept, and nothing is charged twice."
    return State.OPERATIONAL, "Orders can be placed and paid."


def check_sign_in(client: httpx.Client, issuer: str) -> tuple[State, str]:
    """See whether the identity provider describes itself, which is the first step of each sign-in."""
    if not _answers(client, f"{issuer.removesuffix('/')}/.well-known/openid-configuration", below=300):
        return State.DOWN, "New sign-ins do not work just now. Who is signed in stays so, and guests can go on."
    return State.OPERATIONAL, "You can sign in and out."


def check_printing(gauge: QueueGauge) -> tuple[State, str]:
    """See how long the oldest PDF has been waited for."""
    try:
        age = gauge.ages()[PDF_QUEUE]
    except RedisError:
        age = PDF_LATE_SECONDS
    if age > PDF_STUCK_SECONDS:
        return State.DOWN, "No PDFs are being made just now. Yours is in the queue and will be made."
    if age >= PDF_LATE_SECONDS:
        return State.DEGRADED, "PDFs take longer than usual. Yours is in the queue; you can close the page."
    return State.OPERATIONAL, "PDFs are ready within seconds."


def check_mail(database: Database) -> tuple[State, str]:
    """See how long the oldest letter has been waiting; an index leads to those that do."""
    oldest = text("SELECT extract(epoch FROM now() - min(created_at)) FROM mails WHERE status = 'QUEUED'")
    try:
        with database.read() as session:
            age = float(session.scalar(oldest) or 0)
    except SQLAlchemyError:
        age = MAIL_LATE_SECONDS
    if age > MAIL_STUCK_SECONDS:
        return State.DOWN, "No e-mail leaves the shop just now. Your orders page has the same news."
    if age >= MAIL_LATE_SECONDS:
        return State.DEGRADED, "E-mail takes longer than usual. Your orders page has the same news."
    return State.OPERATIONAL, "Confirmations are sent within minutes."


def all_checks(
    settings: AppSettings, database: Database, gauge: QueueGauge, flags: Flags, client: httpx.Client
) -> dict[str, tuple[str, Check]]:
    """Return the title and the check of each part, by its name, in the order of the page."""
    return {
        "shop": ("Shop", lambda: check_shop(database)),
        "payments": ("Orders and payments", lambda: check_payments(client, settings.stripe_api_base, flags)),
        "printing": ("Printing", lambda: check_printing(gauge)),
        "mail": ("E-mail", lambda: check_mail(database)),
        "sign-in": ("Sign-in", lambda: check_sign_in(client, settings.oidc_issuer)),
    }


def _answers(client: httpx.Client, url: str, *, below: int) -> bool:
    try:
        # Only the status is of interest: what follows it is not waited for.
        with client.stream("GET", url) as response:
            return response.status_code < below
    except httpx.HTTPError:
        return False
