"""What becomes of events: incidents by service and deduplication key, and the log of all events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from system_under_test.doubles.kit.memory import Memory
from system_under_test.doubles.pagerduty.event import Event

TRIGGERED, ACKNOWLEDGED, RESOLVED = "triggered", "acknowledged", "resolved"
STATUSES = (TRIGGERED, ACKNOWLEDGED, RESOLVED)
OVERHEAD_BYTES = 1024
# PagerDuty names no limit; an incident must not keep a novel.
MAX_SOURCE = 1024


@dataclass
class Incident:
    """One incident. ``triggers`` counts the events that opened it or were folded into it."""

    id: int
    service: str
    dedup_key: str
    status: str
    summary: str
    severity: str
    source: str
    opened_at: datetime
    changed_at: datetime
    triggers: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the incident as the view shows it; the events themselves are in the log."""
        return {**vars(self), "opened_at": self.opened_at.isoformat(), "changed_at": self.changed_at.isoformat()}


@dataclass(frozen=True)
class Logged:
    """An event that was accepted, and the incident it concerned (None when it concerned none)."""

    received_at: datetime
    service: str
    action: str
    dedup_key: str
    summary: str
    incident_id: int | None
    raw: dict[str, Any]
    size_bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the view shows it."""
        return {**vars(self), "received_at": self.received_at.isoformat()}


def without_key(raw: dict[str, Any]) -> dict[str, Any]:
    """Return an event without its routing key, which is a secret."""
    return {name: value for name, value in raw.items() if name != "routing_key"}


class Incidents:
    """At most ``max_items`` incidents and as many events; resolved incidents are forgotten before open ones."""

    def __init__(self, max_items: int, max_bytes: int) -> None:
        self.log: Memory[Logged] = Memory(
            max_items=max_items, max_bytes=max_bytes, size=lambda entry: entry.size_bytes + OVERHEAD_BYTES
        )
        self._max_items = max_items
        self._all: dict[int, Incident] = {}
        self._open: dict[tuple[str, str], Incident] = {}
        self._last_id = 0

    def apply(self, service: str, event: Event) -> str:
        """Let an event take effect; return its deduplication key, a new one where it brought none."""
        key = event.dedup_key or uuid4().hex
        now = datetime.now(UTC)
        incident = self._open.get((service, key))
        if event.action == "trigger":
            incident = self._trigger(service, key, event, now, incident)
        elif incident is not None:
            incident.status = RESOLVED if event.action == "resolve" else ACKNOWLEDGED
            incident.changed_at = now
            if incident.status == RESOLVED:
                del self._open[service, key]
        number = incident.id if incident else None
        # Ringing comes with the log entry, last, so that who waits sees everything done.
        self.log.add(
            Logged(now, service, event.action, key, event.summary, number, without_key(event.raw), event.size_bytes)
        )
        return key

    def _trigger(self, service: str, key: str, event: Event, now: datetime, known: Incident | None) -> Incident:
        if known is None:
            self._last_id += 1
            known = Incident(self._last_id, service, key, TRIGGERED, "", "", "", now, now)
            self._make_room()
            self._all[known.id] = self._open[service, key] = known
        # Folded into an open incident; one that somebody acknowledged stays acknowledged.
        known.triggers += 1
        known.changed_at = now
        known.summary, known.severity = event.summary, event.severity
        known.source = str(event.payload["source"])[:MAX_SOURCE]
        return known

    def _make_room(self) -> None:
        if len(self._all) < self._max_items:
            return
        resolved = (incident for incident in self._all.values() if incident.status == RESOLVED)
        victim = next(resolved, None) or next(iter(self._all.values()))
        del self._all[victim.id]
        if victim.status != RESOLVED:
            del self._open[victim.service, victim.dedup_key]

    def find(
        self, *, dedup_key: str | None = None, status: str | None = None, service: str | None = None
    ) -> Iterator[Incident]:
        """Return the incidents that fit, the newest first; None fits all."""
        for incident in reversed(self._all.values()):
            if (
                (dedup_key is None or incident.dedup_key == dedup_key)
                and (status is None or incident.status == status)
                and (service is None or incident.service == service)
            ):
                yield incident

    async def wait(self, dedup_key: str | None, status: str | None, seconds: float) -> Incident | None:
        """Return the newest incident that fits, waiting for one up to ``seconds``; then None."""
        return await self.log.bell.until(lambda: next(self.find(dedup_key=dedup_key, status=status), None), seconds)

    def clear(self) -> None:
        """Forget all incidents and events; ids go on."""
        self._all.clear()
        self._open.clear()
        self.log.clear()
