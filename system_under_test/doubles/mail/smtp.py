"""The SMTP side: accepts what a real server would, and fails on demand."""

import asyncio
import hmac
from ssl import SSLContext

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from system_under_test.doubles.kit.faults import SLOW, Faults
from system_under_test.doubles.mail.inbox import Inbox
from system_under_test.doubles.mail.message import readable
from system_under_test.doubles.mail.settings import MailSettings

REFUSE, TEMPFAIL, DROP_AFTER_DATA = "refuse", "tempfail", "drop_after_data"
MODES = (REFUSE, TEMPFAIL, SLOW, DROP_AFTER_DATA)
IDLE_SECONDS = 60


class Sender(SMTP):
    """One connection of a sender."""

    # Go's LOGIN clients, Alertmanager's among them, know these two words and no others.
    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"


class Handler:
    """The hooks that aiosmtpd calls. Every message that reaches its end uses up one fault, if one is set."""

    def __init__(self, inbox: Inbox, faults: Faults, settings: MailSettings) -> None:
        self._inbox, self._faults, self._settings = inbox, faults, settings

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, host_name: str, responses: list[str]
    ) -> list[str]:
        """Announce the extensions; AUTH only where there is somebody to be."""
        del server, envelope
        session.host_name = host_name
        return [line for line in responses if self._settings.username or not line.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a message, once the sender has said who it is where that is asked for."""
        del server
        if self._settings.username and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, or fail as told."""
        fault = self._faults.take()
        if fault is not None and fault.mode == REFUSE:
            return "554 5.7.1 Message refused (fault set on the mail double)"
        if fault is not None and fault.mode == TEMPFAIL:
            return "451 4.3.0 Try again later (fault set on the mail double)"
        if fault is not None and fault.mode == SLOW:
            await asyncio.sleep(fault.seconds)
        lost = fault is not None and fault.mode == DROP_AFTER_DATA
        message = self._inbox.add(
            readable(envelope.mail_from or ""),
            tuple(map(readable, envelope.rcpt_tos)),
            envelope.original_content or b"",
            encrypted=session.ssl is not None,
            authenticated=bool(session.authenticated),
            answered=not lost,
        )
        if lost and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return f"250 2.0.0 OK: kept as {message.id}"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Compare name and password with those of the settings."""
        del server, session, envelope, mechanism
        expected = (self._settings.username.encode(), self._settings.password.encode())
        known = isinstance(data, LoginPassword) and all(map(hmac.compare_digest, data, expected))
        return AuthResult(success=bool(self._settings.username) and known, handled=False)


def make_sender(handler: Handler, settings: MailSettings, tls: SSLContext | None) -> Sender:
    """Return the protocol object for one new connection."""
    return Sender(
        handler,
        data_size_limit=settings.size_limit,
        enable_SMTPUTF8=True,
        hostname=settings.host_name,
        ident="Village Calendar mail double",
        tls_context=tls,
        timeout=IDLE_SECONDS,
        auth_require_tls=False,
        authenticator=handler.authenticate,
        loop=asyncio.get_running_loop(),
    )
