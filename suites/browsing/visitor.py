"""One guest at a browser: a context of its own, everything it logged, and what is kept when a journey fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError
from playwright.sync_api import Error as PlaywrightError

from suites.browsing.viewport import VIEWPORTS, Viewport

_ABORTED = "net::ERR_ABORTED"  # a download, or a page left while loading


@dataclass
class Visitor:
    """A browser context with its page.

    Attributes:
        console: every console line and uncaught error, oldest first.
        errors: those of them that are errors, not yet looked at by a step.
        network: requests that got no answer, or one of 400 and above.
    """

    name: str
    context: BrowserContext
    page: Page
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)

    @classmethod
    def enter(cls, browser: Browser, name: str, *, base_url: str, viewport: Viewport, patience: float) -> Visitor:
        """A new guest, unknown to the shop, whose every action waits `patience` seconds at most and is traced."""
        context = browser.new_context(base_url=base_url, locale="en-GB", timezone_id="UTC", **VIEWPORTS[viewport])
        context.set_default_timeout(patience * 1000)
        context.tracing.start(screenshots=True, snapshots=True)
        visitor = cls(name, context, context.new_page())
        context.on("console", visitor._on_console)
        context.on("weberror", visitor._on_error)
        context.on("requestfailed", visitor._on_request_failed)
        context.on("response", visitor._on_response)
        return visitor

    def new_errors(self, allowed: Sequence[str]) -> list[str]:
        """Console errors since the last look, without the allowed ones (regular expressions)."""
        for page in self.context.pages:
            self._settle(page)
        fresh, self.errors = self.errors, []
        return [line for line in fresh if not any(re.search(pattern, line) for pattern in allowed)]

    def keep(self, folder: Path) -> list[Path]:
        """Writes trace, full-page screenshot, console and network log; the log names a part that cannot be had."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = {
            kind: folder / f"{self.name}-{kind}" for kind in ("page.png", "console.log", "network.log", "trace.zip")
        }
        lost: list[str] = []
        for kind, save in (
            ("page.png", lambda path: self.page.screenshot(path=path, full_page=True)),
            ("trace.zip", lambda path: self.context.tracing.stop(path=path)),
        ):
            try:
                save(parts[kind])
            except PlaywrightError as error:
                lost.append(f"[launchgate] {kind} could not be had: {error.message.splitlines()[0]}")
        parts["console.log"].write_text("\n".join([*self.console, *lost]) + "\n", encoding="utf-8")
        parts["network.log"].write_text("\n".join(self.network) + "\n", encoding="utf-8")
        return [path for path in parts.values() if path.exists()]

    def refusals(self) -> list[str]:
        """Requests that went wrong, without those that the browser itself gave up."""
        return [line for line in self.network if _ABORTED not in line]

    @staticmethod
    def _settle(page: Page) -> None:
        """One round trip: everything the page logged before it has been heard after it."""
        try:
            page.evaluate("0")
        except PlaywrightError:
            return  # closed or navigating: its messages come with the next look

    def _on_console(self, message: ConsoleMessage) -> None:
        place = _path(message.location.get("url", ""))
        line = f"{message.type}: {message.text} ({place})"
        self.console.append(line)
        if message.type == "error":
            self.errors.append(line)

    def _on_error(self, error: WebError) -> None:
        line = f"uncaught: {error.error}"
        self.console.append(line)
        self.errors.append(line)

    def _on_request_failed(self, request: Request) -> None:
        self.network.append(f"{request.method} {_path(request.url)} failed: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.network.append(f"{response.request.method} {_path(response.url)} answered {response.status}")


def _path(url: str) -> str:
    """Without host and query: signed links carry secrets there."""
    return re.sub(r"^\w+://[^/]+", "", url).partition("?")[0] or "/"
