"""The messages that were received, and the search in them."""

from collections.abc import Callable
from datetime import UTC, datetime

from system_under_test.doubles.kit.memory import Memory
from system_under_test.doubles.mail.message import Received

# What a message costs beside its bytes, so that a flood of tiny ones is bounded too.
OVERHEAD_BYTES = 2048


class Inbox:
    """The newest messages. Ids begin with 1 and are never used twice, not even after a reset."""

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self.memory: Memory[Received] = Memory(
            max_items=max_messages, max_bytes=max_bytes, size=lambda message: len(message.raw) + OVERHEAD_BYTES
        )
        self._last_id = 0

    def add(
        self,
        sender: str,
        recipients: tuple[str, ...],
        raw: bytes,
        *,
        encrypted: bool = False,
        authenticated: bool = False,
        answered: bool = True,
    ) -> Received:
        """Keep a message and wake those who wait for it."""
        self._last_id += 1
        message = Received(
            self._last_id, datetime.now(UTC), sender, recipients, raw, encrypted, authenticated, answered
        )
        self.memory.add(message)
        return message

    def get(self, message_id: int) -> Received | None:
        """Return one message, None when it is not (or no longer) there."""
        return self.memory.first(lambda message: message.id == message_id)


def matcher(to: str | None, subject: str | None, since: datetime | None) -> Callable[[Received], bool]:
    """Return the test for messages to the address ``to``, with ``subject`` in theirs, received at ``since`` or later.

    Case does not matter; None matches everything; a ``since`` without zone is UTC.
    """
    start = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since

    def matches(message: Received) -> bool:
        return (
            (to is None or message.is_to(to))
            and (subject is None or subject.casefold() in message.subject.casefold())
            and (start is None or message.received_at >= start)
        )

    return matches
