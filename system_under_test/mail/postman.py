"""Sends the letters. SMTP has no "exactly once": this does all that can be done without it."""

import random
import uuid

from dramatiq.errors import Retry
from prometheus_client import CollectorRegistry, Counter

from system_under_test.db.engine import Database
from system_under_test.mail import service
from system_under_test.mail.compose import BadAddressError, compose
from system_under_test.mail.letter import Letter, load_letter
from system_under_test.mail.smtp import DeliveryError, Postbox
from system_under_test.settings import WorkerSettings
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.tracing import span
from system_under_test.worker.errors import GivenUpError
from system_under_test.worker.locks import holding

log = get_logger(__name__)

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0
# A confirmation with the PDFs in it is worth a moment: they are made at the same time.
PATIENCE_SECONDS = 20.0
GLANCE_SECONDS = 1.0


def pause_seconds(attempt: int) -> float:
    """Return the pause after a failed attempt, doubling, with jitter: not all letters come back at once."""
    longest = min(FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return random.uniform(longest / 2, longest)  # noqa: S311 - no secret


class Postman:
    """Carries out ``send_mail``.

    A letter is SENT only after the server's 250, so none is lost. When the process dies between the 250 and the
    row, or the server's answer is lost, the letter goes out again: it then bears the same Message-ID and Date.
    """

    def __init__(self, settings: WorkerSettings, database: Database, registry: CollectorRegistry) -> None:
        self._settings = settings
        self._database = database
        self._postbox = Postbox(settings)
        self._mails = Counter("shop_mails", "Attempts to send a letter", ["kind", "outcome"], registry=registry)

    def send_mail(self, mail_id: str) -> None:
        """Send one letter; raises Retry after a transient fault, GivenUpError after the last one."""
        key = uuid.UUID(mail_id)
        with holding(self._database, f"mail:{key}") as mine:
            if not mine:
                # A second message. The holder's own message is not acknowledged before its work is done.
                log.info("mail_in_other_hands", mail_id=mail_id)
                return
            self._send(key)

    def _send(self, key: uuid.UUID) -> None:
        with self._database.read() as session:
            letter = load_letter(session, key)
        if letter is None:
            log.info("mail_skipped", mail_id=str(key))
            return
        if letter.kind == "confirmation" and letter.pdfs_awaited and letter.age_seconds < PATIENCE_SECONDS:
            raise Retry("the PDFs are being made", delay=int(GLANCE_SECONDS * 1000))
        with self._database.write() as session:
            attempt = service.start_attempt(session, key)
        if attempt is None:
            log.info("mail_skipped", mail_id=str(key))
            return
        try:
            if attempt > service.MAX_ATTEMPTS:
                # Earlier attempts ended with the process.
                raise DeliveryError("The letter could not be sent.", is_final=True)
            self._deliver(letter)
        except DeliveryError as fault:
            self._note(letter, attempt, fault)
        else:
            with self._database.write() as session:
                service.mark_sent(session, key)
            self._mails.labels(letter.kind, "sent").inc()
            log.info("mail_sent", mail_id=str(key), kind=letter.kind, attempt=attempt)

    def _deliver(self, letter: Letter) -> None:
        try:
            message = compose(letter, self._settings)
        except BadAddressError as error:
            raise DeliveryError("There is no address that a letter can be sent to.", is_final=True) from error
        with span("smtp", {"shop.mail_kind": letter.kind}):
            self._postbox.deliver(message, message["To"].addresses[0].addr_spec)

    def _note(self, letter: Letter, attempt: int, fault: DeliveryError) -> None:
        final = fault.is_final or attempt >= service.MAX_ATTEMPTS
        with self._database.write() as session:
            service.note_fault(session, letter.mail_id, fault.reason, final=final)
        self._mails.labels(letter.kind, "failed" if final else "again").inc()
        log.log(
            40 if final else 30,
            "mail_failed" if final else "mail_attempt_failed",
            mail_id=str(letter.mail_id), kind=letter.kind, attempt=attempt, error=describe_fault(fault),
        )  # fmt: skip
        if final:
            raise GivenUpError(fault.reason) from fault
        raise Retry(fault.reason, delay=int(pause_seconds(attempt) * 1000)) from fault
