"""What one visitor's browser asked for, how it ended, and under which id the shop knows it.

The shop answers with `X-Request-ID` and logs it with the trace's id, so that its own lines are found from here. Nothing
is added to a request for it: a `traceparent` header on a page of somebody else (payment, sign-in) would make the
browser ask for leave first (CORS) and be refused; and to add it for one origin alone, Playwright has to hold every
request and switches the browser's cache off.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Request, Response

ID_HEADER = "x-request-id"
_ABORTED = "net::ERR_ABORTED"  # a download, or a page left while loading
_KEPT = 200  # requests
_WAITS = 2.0  # seconds after which an answer is missed


@dataclass(frozen=True)
class Asked:
    """A request that the shop answered. `step` is the journey's at that moment."""

    step: str
    request_id: str


class Network:
    """Listens to one browser context.

    Args:
        base_url: the shop's own address; ids of others say nothing.
        during: names the step that is under way.
    """

    def __init__(self, base_url: str, during: Callable[[], str] = lambda: "") -> None:
        self.asked: list[Asked] = []
        self._own, self._during = f"{base_url.rstrip('/')}/", during
        self._troubles: list[str] = []
        self._last: deque[str] = deque(maxlen=_KEPT)
        self._pending: dict[Request, float] = {}
        self._status: dict[Request, str] = {}

    def listen(self, context: BrowserContext) -> None:
        """From now on."""
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)

    def refusals(self) -> list[str]:
        """Requests that went wrong, without those that the browser itself gave up; then those without an answer."""
        return [*(line for line in self._troubles if _ABORTED not in line), *self.unanswered()]

    def unanswered(self) -> list[str]:
        """What the shop has not answered for a while."""
        now = time.monotonic()
        return [
            f"{request.method} {path_of(request.url)} has had no answer for {now - since:.0f} s"
            for request, since in self._pending.items()
            if now - since > _WAITS and request.url.startswith(self._own) and request not in self._status
        ]

    def text(self) -> str:
        """The log for a person: what went wrong first, then the last requests in the order of their end."""
        wrong = [*self._troubles, *self.unanswered()] or ["nothing: each request was answered, with less than 400"]
        head = f"The last {_KEPT} requests, with the time (UTC) at which they began:"
        return "\n".join(["What went wrong:", *wrong, "", head, *self._last]) + "\n"

    def _on_request(self, request: Request) -> None:
        self._pending[request] = time.monotonic()

    def _on_response(self, response: Response) -> None:
        request, status = response.request, response.status
        self._status[request] = str(status)
        if status >= 400:
            self._troubles.append(f"{request.method} {path_of(response.url)} answered {status}")
        found = response.headers.get(ID_HEADER, "")
        if found and response.url.startswith(self._own):
            self._status[request] += f"  {ID_HEADER} {found}"
            self.asked.append(Asked(self._during(), found))

    def _on_finished(self, request: Request) -> None:
        timing = request.timing
        spent = f"{timing['responseEnd']:.0f} ms" if timing["responseEnd"] >= 0 else "?"
        self._end(request, f"{spent}  {self._status.pop(request, '?')}")

    def _on_failed(self, request: Request) -> None:
        self._troubles.append(f"{request.method} {path_of(request.url)} failed: {request.failure}")
        self._status.pop(request, None)
        self._end(request, f"failed: {request.failure}")

    def _end(self, request: Request, how: str) -> None:
        self._pending.pop(request, None)
        began = datetime.fromtimestamp(max(0.0, request.timing["startTime"]) / 1000, UTC)
        stamp = began.strftime("%H:%M:%S.%f")[:-3] if request.timing["startTime"] > 0 else "--:--:--.---"
        where = "" if request.url.startswith(self._own) else host_of(request.url)
        self._last.append(f"{stamp}  {request.method} {where}{path_of(request.url)}  {how}")


def path_of(url: str) -> str:
    """Without host and query: signed links carry secrets there."""
    return re.sub(r"^\w+://[^/]+", "", url).partition("?")[0] or "/"


def host_of(url: str) -> str:
    """`https://name:port`, empty for what has no host."""
    found = re.match(r"^\w+://[^/]+", url)
    return found[0] if found else ""
