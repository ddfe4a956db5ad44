"""Faults on demand: the next n requests are answered wrongly, so that senders can prove their retries."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import PlainTextResponse, Response

SLOW = "slow"
LOST_ANSWER = "lost_answer"


@dataclass(frozen=True)
class Fault:
    """One way to fail; ``seconds`` is the delay of ``slow`` and the Retry-After of ``rate_limit``."""

    mode: str
    seconds: float


class Faults:
    """The fault that is set, and for how many requests more. A new one replaces the old one."""

    def __init__(self, *modes: str) -> None:
        self.modes = modes
        self._fault: Fault | None = None
        self._left = 0

    def set(self, mode: str, count: int, seconds: float) -> None:
        """Let the next ``count`` requests fail by ``mode``; ValueError, in a sentence, for an unknown mode."""
        if mode not in self.modes:
            raise ValueError(f"mode must be one of {', '.join(self.modes)}")
        self._fault, self._left = Fault(mode, seconds), count

    def take(self) -> Fault | None:
        """Return the fault for the request at hand, if one is due, and count it."""
        if self._fault is None or self._left == 0:
            return None
        self._left -= 1
        return self._fault

    def clear(self) -> None:
        """Answer rightly again."""
        self._fault, self._left = None, 0

    def state(self) -> dict[str, Any]:
        """Return what is set, for people and tests."""
        return {"mode": self._fault.mode if self._fault and self._left else None, "left": self._left}


async def answer_under(
    faults: Faults, work: Callable[[], Response], refusals: Mapping[str, Callable[[Fault], Response]]
) -> Response:
    """Return the answer of ``work``, or what the fault that is due makes of it.

    A mode of ``refusals`` answers instead of the work. ``slow`` answers late. ``lost_answer`` does the work
    and answers 502: the sender, who cannot know, will send again.
    """
    fault = faults.take()
    if fault is None:
        return work()
    if fault.mode in refusals:
        return refusals[fault.mode](fault)
    if fault.mode == SLOW:
        await asyncio.sleep(fault.seconds)
        return work()
    work()
    return PlainTextResponse("the answer was lost on the way", 502)
