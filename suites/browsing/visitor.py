"""One guest at a browser: a context of its own, everything it logged, and what is kept when a journey fails."""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError
from playwright.sync_api import Error as PlaywrightError

from suites.browsing.network import Network
from suites.browsing.trace import redact_trace
from suites.browsing.viewport import Engine, Viewport, window
from suites.evidence.redact import Redactor

_SESSION = "() => Object.entries(sessionStorage)"


@dataclass
class Visitor:
    """A browser context with its page.

    Attributes:
        console: every console line and uncaught error, oldest first.
        errors: those of them that are errors, not yet looked at by a step.
        network: every request, how it ended, and under which id the shop knows it.
    """

    name: str
    context: BrowserContext
    page: Page
    network: Network
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def enter(
        cls,
        browser: Browser,
        name: str,
        *,
        base_url: str,
        viewport: Viewport,
        patience: float,
        engine: Engine = "chromium",
        during: Callable[[], str] = lambda: "",
    ) -> Visitor:
        """A new guest, unknown to the shop, whose every action waits `patience` seconds at most and is traced.

        `during` names the step that is under way, for the log of requests.
        """
        context = browser.new_context(base_url=base_url, locale="en-GB", timezone_id="UTC", **window(viewport, engine))
        context.set_default_timeout(patience * 1000)
        context.tracing.start(screenshots=True, snapshots=True)
        visitor = cls(name, context, context.new_page(), Network(base_url, during))
        context.on("console", visitor._on_console)
        context.on("weberror", visitor._on_error)
        visitor.network.listen(context)
        return visitor

    def new_errors(self, allowed: Sequence[str]) -> list[str]:
        """Console errors since the last look, without the allowed ones (regular expressions)."""
        for page in self.context.pages:
            self._settle(page)
        fresh, self.errors = self.errors, []
        return [line for line in fresh if not any(re.search(pattern, line) for pattern in allowed)]

    def tell_secrets(self, redactor: Redactor) -> None:
        """Lets `redactor` know what this visitor's browser stores. What cannot be had any more is left out."""
        try:
            state = self.context.storage_state()
        except PlaywrightError:
            return
        redactor.learn(cookie["value"] for cookie in state["cookies"])
        stored = [(one["name"], one["value"]) for origin in state["origins"] for one in origin["localStorage"]]
        with contextlib.suppress(PlaywrightError):  # closed, or a page without storage
            stored += [(name, value) for name, value in self.page.evaluate(_SESSION)]
        for name, value in stored:
            redactor.learn_entry(name, value)

    def refusals(self) -> list[str]:
        """Requests that went wrong or were not answered, without those that the browser itself gave up."""
        return self.network.refusals()

    def keep(self, folder: Path, redactor: Redactor | None = None) -> list[Path]:
        """Writes trace, picture and DOM of the page, console and network log, without secrets.

        The console log names a part that cannot be had.
        """
        redactor = redactor or Redactor()
        folder.mkdir(parents=True, exist_ok=True)
        kinds = ("page.png", "page.html", "console.log", "network.log", "trace.zip")
        parts = {kind: folder / f"{self.name}-{kind}" for kind in kinds}
        self.tell_secrets(redactor)
        lost: list[str] = []
        html = ""
        for kind, save in (
            ("page.png", lambda path: self.page.screenshot(path=path, full_page=True)),
            ("trace.zip", lambda path: self._keep_trace(path, redactor)),  # learns what the texts below may hold
        ):
            try:
                save(parts[kind])
            except (PlaywrightError, zipfile.BadZipFile) as error:
                lost.append(f"[launchgate] {kind} could not be had: {str(error).splitlines()[0]}")
        try:
            html = self.page.content()
        except PlaywrightError as error:
            lost.append(f"[launchgate] page.html could not be had: {error.message.splitlines()[0]}")
        texts = {
            "page.html": html,
            "console.log": "\n".join([*self.console, *lost]) + "\n",
            "network.log": self.network.text(),
        }
        for kind, text in texts.items():
            if text:
                parts[kind].write_text(redactor.plain(text), encoding="utf-8")
        return [path for path in parts.values() if path.exists()]

    def _keep_trace(self, path: Path, redactor: Redactor) -> None:
        raw = path.with_suffix(".raw")
        try:
            self.context.tracing.stop(path=raw)
            redact_trace(raw, redactor)
            raw.replace(path)
        finally:
            raw.unlink(missing_ok=True)  # with its secrets

    @staticmethod
    def _settle(page: Page) -> None:
        """One round trip: everything the page logged before it has been heard after it."""
        try:
            page.evaluate("0")
        except PlaywrightError:
            return  # closed or navigating: its messages come with the next look

    def _on_console(self, message: ConsoleMessage) -> None:
        place = re.sub(r"^\w+://[^/]+", "", message.location.get("url", "")).partition("?")[0] or "/"
        line = f"{message.type}: {message.text} ({place})"
        self.console.append(line)
        if message.type == "error":
            self.errors.append(line)

    def _on_error(self, error: WebError) -> None:
        line = f"uncaught: {error.error}"
        self.console.append(line)
        self.errors.append(line)
