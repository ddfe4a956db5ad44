"""The parts of a message: its text, its HTML and its attachments."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.message import Message as AnyMessage
from typing import Any, cast

from system_under_test.doubles.mail.message import UNREADABLE, Received, header, readable


@dataclass(frozen=True)
class Attachment:
    """A part that is neither the text nor the HTML of the message."""

    name: str
    content_type: str
    content_id: str
    body: bytes

    def summary(self) -> dict[str, Any]:
        """Return what the view tells of it; ``sha256`` is of the decoded content."""
        return {
            "name": self.name,
            "content_type": self.content_type,
            "content_id": self.content_id,
            "size_bytes": len(self.body),
            "sha256": hashlib.sha256(self.body).hexdigest(),
        }


@dataclass
class Parts:
    """A message taken apart. ``problems`` names what the parser found wrong with it."""

    text: str | None = None
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)


def take_apart(received: Received) -> Parts:
    """Return the parts of a message; a broken one gives what can be read of it and its problems."""
    parts = Parts(headers=list(_headers(received.headers)))
    try:
        for leaf in _leaves(received.parsed()):
            _sort(leaf, parts)
    except RecursionError:
        parts.problems.append("nested too deeply to be read")
    except UNREADABLE as error:
        parts.problems.append(f"unreadable: {type(error).__name__}")
    return parts


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, raw in message.raw_items():
        try:
            yield readable(name), readable(str(message.policy.header_fetch_parse(name, raw)))
        except UNREADABLE:
            yield readable(name), readable(str(raw))


def _leaves(part: EmailMessage) -> Iterator[EmailMessage]:
    # A mail within the mail (message/rfc822) is an attachment, not more parts of this one.
    if part.get_content_maintype() != "multipart":
        yield part
        return
    for child in cast(list[EmailMessage], part.get_payload()) if part.is_multipart() else []:
        yield from _leaves(child)


def _sort(leaf: EmailMessage, parts: Parts) -> None:
    parts.problems += [type(defect).__name__ for defect in leaf.defects]
    kind = leaf.get_content_type()
    attached = leaf.get_content_disposition() == "attachment" or leaf.get_filename() is not None
    if kind == "text/plain" and parts.text is None and not attached:
        parts.text = _text(leaf)
    elif kind == "text/html" and parts.html is None and not attached:
        parts.html = _text(leaf)
    else:
        name = readable(leaf.get_filename() or f"part-{len(parts.attachments) + 1}")
        parts.attachments.append(Attachment(name, readable(kind), header(leaf, "Content-ID"), _content(leaf)))


def _content(leaf: EmailMessage) -> bytes:
    if leaf.is_multipart():
        return b"".join(inner.as_bytes() for inner in cast(list[AnyMessage[str, str]], leaf.get_payload()))
    return cast(bytes, leaf.get_payload(decode=True) or b"")


def _text(leaf: EmailMessage) -> str:
    charset = leaf.get_content_charset() or "utf-8"
    try:
        text = _content(leaf).decode(charset, "replace")
    except (LookupError, ValueError):
        text = _content(leaf).decode("utf-8", "replace")
    return readable(text).replace("\r\n", "\n")
