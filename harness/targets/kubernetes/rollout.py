"""Waiting until everything that was applied is ready, and not a moment longer than there is hope."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime

from harness.model.errors import TargetError
from harness.targets.kubernetes import telling, trouble
from harness.targets.kubernetes.api import Api
from harness.targets.kubernetes.render import Key
from harness.targets.kubernetes.snapshot import KINDS, Snapshot, is_done, look
from harness.targets.kubernetes.trouble import Trouble

_PAUSE = 0.5
_SAY_EVERY = 10.0


def await_rollout(
    api: Api, keys: Collection[Key], within: float, say: Callable[[str], None], since: datetime | None = None
) -> None:
    """Returns when Jobs are complete and rollouts done. Raises TargetError with events and log of what is in the way.

    Args:
        keys: of everything that was applied; only workloads and Jobs are waited for.
        since: FailedCreate events from before do not count.
    """
    wanted = [key for key in keys if key.kind in KINDS]
    if not wanted:
        return
    watch = _Watch(since or datetime.now(UTC))
    deadline = time.monotonic() + within
    say_at = time.monotonic() + _SAY_EVERY
    while True:
        snapshot = look(api, wanted)
        waiting = [f"{key.kind} {key.name}" for key in snapshot.absent]
        waiting += [f"{o['kind']} {o['metadata']['name']}" for o in snapshot.owners if not is_done(o)]
        if not waiting:
            return
        found = watch.see(snapshot)
        if found is not None:
            raise telling.failure(api, found)
        if time.monotonic() >= deadline:
            raise telling.too_late(api, snapshot, waiting, within)
        if time.monotonic() >= say_at:
            say(f"waiting for {', '.join(waiting)}")
            say_at += _SAY_EVERY
        time.sleep(_PAUSE)


class _Watch:
    """Remembers since when each trouble lasts."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._first: dict[tuple[str, str, str], float] = {}

    def see(self, snapshot: Snapshot) -> Trouble | None:
        """The first trouble that has lasted too long."""
        now = time.monotonic()
        found = {(t.owner, t.container, t.reason): t for t in self._troubles(snapshot)}
        self._first = {key: self._first.get(key, now) for key in found}
        lasting = [t for key, t in found.items() if now - self._first[key] >= t.patience]
        return lasting[0] if lasting else None

    def _troubles(self, snapshot: Snapshot) -> Iterator[Trouble]:
        for pod in snapshot.current_pods():
            yield from trouble.of_pod(pod)
        for owner in snapshot.owners:
            if not is_done(owner):
                yield from trouble.of_owner(owner)
                yield from trouble.of_events(owner, snapshot.events, self._since)


def await_answers(urls: Collection[str], deadline: float) -> None:
    """Returns when every URL answers 200. Raises TargetError after `deadline` (of the monotonic clock)."""
    import httpx

    left = list(urls)
    said: dict[str, str] = {}
    with httpx.Client(timeout=5.0, trust_env=False) as client:
        while left:
            for url in list(left):
                try:
                    answer = client.get(url)
                    said[url] = f"answers {answer.status_code}: {answer.text[:200]}"
                    if answer.status_code == httpx.codes.OK:
                        left.remove(url)
                except httpx.HTTPError as error:
                    said[url] = f"does not answer: {error}"
            if left and time.monotonic() > deadline:
                raise TargetError(
                    f"all pods are ready, but {left[0]} {said[left[0]]}",
                    where=left[0],
                    advice="look at its Service (`kubectl describe`) and at NetworkPolicies that keep the node out",
                )
            if left:
                time.sleep(0.2)
