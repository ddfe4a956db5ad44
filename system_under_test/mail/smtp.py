"""Handing a message to the mail server, and what its refusals mean."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit

from system_under_test.settings import WorkerSettings

TIMEOUT_SECONDS = 10.0
# "Authentication required", "… mechanism is too weak", "… credentials invalid": the letter is not to blame.
_LOGIN_CODES = frozenset({530, 534, 535, 538})


class DeliveryError(Exception):
    """The server has not taken the message. ``reason`` is a sentence without address.

    ``is_final`` when the same message would be refused again.
    """

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Postbox:
    """The mail server of the settings; one connection for each message, since letters are few."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._greeting = _greeting_name(settings.public_url)

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        """Return once the server has said 250 to the whole message; raises DeliveryError otherwise."""
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as error:
            # It does not even talk to us: that can be repaired without changing the letter.
            raise DeliveryError(_said(error.smtp_code), is_final=False) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError("The mail server could not be reached.", is_final=False) from error
        try:
            server.send_message(message, self._settings.mail_from, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal(min(codes, default=450)) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            reason = "The mail server cannot write to such an address."
            raise DeliveryError(reason, is_final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            # Perhaps it has the message, perhaps not: SMTP cannot tell.
            raise DeliveryError("The mail server went away in the middle.", is_final=False) from error
        else:
            # The message is delivered, whatever happens to the farewell.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        address = (settings.smtp_host, settings.smtp_port)
        server: smtplib.SMTP
        if settings.smtp_security == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(*address, self._greeting, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(*address, self._greeting, timeout=TIMEOUT_SECONDS)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


def _greeting_name(public_url: str) -> str:
    # Given, or the library would ask the resolver for the name of this machine, which may take seconds.
    host = urlsplit(public_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _said(code: int) -> str:
    return f"The mail server said {code}: it takes no letters at the moment."


def _refusal(code: int) -> DeliveryError:
    if 500 <= code < 600 and code not in _LOGIN_CODES:
        return DeliveryError(f"The mail server refused the letter for good ({code}).", is_final=True)
    return DeliveryError(_said(code), is_final=False)
