"""The workspace that the double plays: its channels, webhooks and bot tokens, and what was posted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from system_under_test.doubles.kit.memory import Memory
from system_under_test.doubles.slack.payload import Payload

TEAM_ID = "T0VILLAGE"
OVERHEAD_BYTES = 1024


@dataclass(frozen=True)
class SlackSettings:
    """``webhooks`` maps ``T…/B…/token`` to the channel it posts to; sizes in bytes."""

    channels: tuple[str, ...] = ("alerts", "orders", "general")
    webhooks: tuple[tuple[str, str], ...] = ((f"{TEAM_ID}/B0ALERTS/local-only-alerts", "alerts"),)
    tokens: tuple[str, ...] = ("xoxb-local-only",)
    size_limit: int = 512 * 1024
    max_messages: int = 1000
    max_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Posted:
    """One message. ``ts`` is Slack's name for it: seconds since 1970, a dot, and a counter."""

    id: int
    ts: str
    received_at: datetime
    channel: str
    via: str
    payload: Payload

    def summary(self) -> dict[str, Any]:
        """Return the message as the view shows it; ``payload`` is what came over the wire."""
        return {
            "id": self.id,
            "ts": self.ts,
            "received_at": self.received_at.isoformat(),
            "channel": f"#{self.channel}",
            "via": self.via,
            "username": self.payload.username,
            "text": self.payload.text,
            "attachments": self.payload.attachments,
            "blocks": self.payload.blocks,
            "payload": self.payload.raw,
        }


class UnknownChannelError(Exception):
    """The workspace has no such channel."""


def bare(channel: str) -> str:
    """Return a channel's name without its ``#``."""
    return channel.removeprefix("#")


def channel_id(name: str) -> str:
    """Return the id that stands for a channel's name, the same at every start."""
    return "C" + sha256(name.encode()).hexdigest()[:10].upper()


class Workspace:
    """Channels that exist, and the newest messages in them."""

    def __init__(self, settings: SlackSettings) -> None:
        self.settings = settings
        self.channels = tuple(dict.fromkeys([*settings.channels, *(name for _, name in settings.webhooks)]))
        self.memory: Memory[Posted] = Memory(
            max_items=settings.max_messages,
            max_bytes=settings.max_bytes,
            size=lambda posted: posted.payload.size_bytes + OVERHEAD_BYTES,
        )
        self._ids = {channel_id(name): name for name in self.channels}
        self._last_id = 0

    def resolve(self, channel: str) -> str:
        """Return the name of a channel given as ``#name``, ``name`` or id; UnknownChannelError otherwise."""
        name = self._ids.get(channel, bare(channel))
        if name not in self.channels:
            raise UnknownChannelError
        return name

    def post(self, payload: Payload, *, default: str | None, via: str) -> Posted:
        """Keep a message for the channel that it names, else for ``default``; UnknownChannelError."""
        channel = self.resolve(payload.channel or default or "")
        self._last_id += 1
        now = datetime.now(UTC)
        posted = Posted(self._last_id, f"{int(now.timestamp())}.{self._last_id:06d}", now, channel, via, payload)
        self.memory.add(posted)
        return posted


def matcher(channel: str | None, text: str | None) -> Callable[[Posted], bool]:
    """Return the test for messages in ``channel`` (with or without #) that carry ``text``; None matches all."""
    name = bare(channel) if channel is not None else None

    def matches(posted: Posted) -> bool:
        return (name is None or posted.channel == name) and (
            text is None or text.casefold() in posted.payload.words.casefold()
        )

    return matches
