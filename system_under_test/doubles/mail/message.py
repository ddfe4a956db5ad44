"""A received message: what the envelope said, and a summary of the headers for lists."""

import email
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import cached_property
from typing import Any

# What the standard library's header parsers raise on input that is no mail header at all.
UNREADABLE = (ValueError, LookupError, AttributeError, TypeError)


def readable(text: str) -> str:
    """Return ``text`` without lone surrogates, which neither JSON nor a page can carry; their bytes may be UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


def header(message: EmailMessage, name: str) -> str:
    """Return the decoded header ``name``; "" when it is missing, the raw text when it cannot be decoded."""
    try:
        return readable(str(message.get(name, "")))
    except UNREADABLE:
        return next((readable(str(value)) for key, value in message.raw_items() if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Received:
    """One accepted message. ``raw`` is as it came over the wire, dots unstuffed.

    ``answered`` is False when the sender was made to believe, by a fault, that it was not accepted.
    """

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool
    authenticated: bool
    answered: bool

    @cached_property
    def headers(self) -> EmailMessage:
        """Return the headers alone: cheap to make and to keep, however large the message is."""
        head = self.raw.partition(b"\r\n\r\n")[0]
        return BytesHeaderParser(EmailMessage, policy=policy.default).parsebytes(head)

    def parsed(self) -> EmailMessage:
        """Return the whole message parsed; RecursionError when its parts are nested absurdly deep."""
        return email.message_from_bytes(self.raw, EmailMessage, policy=policy.default)

    @cached_property
    def subject(self) -> str:
        """Return the decoded subject."""
        return header(self.headers, "Subject")

    def is_to(self, address: str) -> bool:
        """Tell whether the envelope names ``address``; so a Bcc counts, a mere header does not."""
        return address.casefold() in (recipient.casefold() for recipient in self.recipients)

    def summary(self) -> dict[str, Any]:
        """Return the entry of lists."""
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(),
            "envelope": {"from": self.sender, "to": list(self.recipients)},
            "from": header(self.headers, "From"),
            "to": header(self.headers, "To"),
            "subject": self.subject,
            "message_id": header(self.headers, "Message-ID"),
            "size_bytes": len(self.raw),
            "encrypted": self.encrypted,
            "authenticated": self.authenticated,
            "answered": self.answered,
        }

    @property
    def sender_name(self) -> str:
        """Return the sender for people: the display name, else the address."""
        try:
            pairs = getaddresses([header(self.headers, "From")])
        except UNREADABLE:
            pairs = []
        name, mailbox = pairs[0] if pairs else ("", "")
        return name or mailbox or self.sender or "(no sender)"
