"""The shop as the guides' readers meet it: guests in a browser, the places they have come to, pages as served."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from suites.browsing.viewport import VIEWPORTS
from suites.browsing.visitor import Visitor
from suites.docs.served import ServedPage, read_page

_FETCH_WITHIN = 15.0  # seconds


class UnreachableError(Exception):
    """Nobody can come to a place the way people do. The text is a sentence."""


@dataclass
class World:
    """What has been built, kept for the whole run.

    Attributes:
        places: name → how to come there; called at most once each.
        patience: seconds to wait for one thing to appear.
        folder: where evidence goes.
    """

    browser: Browser
    base_url: str
    places: Mapping[str, Callable[[World], Page]]
    patience: float
    folder: Path
    facts: dict[str, str] = field(default_factory=dict)
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)
    _pages: dict[str, Page | UnreachableError] = field(default_factory=dict)
    _served: dict[str, tuple[int, ServedPage, str]] = field(default_factory=dict)
    _shots: dict[str, Path] = field(default_factory=dict)
    _last: Page | None = None
    _client: httpx.Client | None = None

    def reader(self, name: str) -> Visitor:
        """A guest whom the shop did not know before, watched in every step."""
        visitor = Visitor.enter(self.browser, name, base_url=self.base_url, viewport="desktop", patience=self.patience)
        self._contexts[name] = visitor.context
        return visitor

    def tab(self, guest: str) -> Page:
        """A new tab of a guest, the same one for the same name; what their other tabs show stays as it is."""
        if guest not in self._contexts:
            # no Visitor: recording every frame of twenty tabs that nobody will ask about takes most of the time
            context = self.browser.new_context(
                base_url=self.base_url, locale="en-GB", timezone_id="UTC", **VIEWPORTS["desktop"]
            )
            context.set_default_timeout(self.patience * 1000)
            self._contexts[guest] = context
        self._last = self._contexts[guest].new_page()
        return self._last

    def at(self, place: str) -> Page:
        """The page of a place. Raises UnreachableError, each time, when the way there is not as people know it."""
        if place not in self._pages:
            try:
                self._pages[place] = self.places[place](self)
            except (PlaywrightError, AssertionError, UnreachableError) as error:
                told = str(error) if isinstance(error, UnreachableError) else _first(error)
                nested = told.startswith("nobody comes to")
                self._pages[place] = UnreachableError(told if nested else f"nobody comes to “{place}”: {told}")
                if not nested and self._last is not None:
                    self._take(place, self._last)
        found = self._pages[place]
        if isinstance(found, UnreachableError):
            raise found
        return found

    def picture_of(self, place: str) -> list[Path]:
        """A screenshot of a place, or of where the way there ended; nothing where it cannot be made."""
        page = self._pages.get(place)
        if place not in self._shots and isinstance(page, Page):
            self._take(place, page)
        return [self._shots[place]] if place in self._shots else []

    def _take(self, place: str, page: Page) -> None:
        path = self.folder / f"at-{place}.png"
        with suppress(PlaywrightError):
            page.screenshot(path=path, full_page=True, animations="disabled")
            self._shots[place] = path

    def served(self, address: str) -> tuple[int, ServedPage, str]:
        """(status, page, address after redirects) as a reader's browser gets it. Raises httpx.HTTPError."""
        path = address.partition("#")[0]
        if path not in self._served:
            answer = self.fetch(path)
            is_html = "html" in answer.headers.get("content-type", "")
            self._served[path] = (answer.status_code, read_page(answer.text if is_html else ""), str(answer.url))
        return self._served[path]

    def fetch(self, address: str) -> httpx.Response:
        """A GET with redirects followed, by somebody without cookies. Raises httpx.HTTPError."""
        if self._client is None:
            self._client = httpx.Client(base_url=self.base_url, timeout=_FETCH_WITHIN, follow_redirects=True)
        self._client.cookies.clear()
        return self._client.get(address)

    def close(self) -> None:
        """Ends what was opened here."""
        if self._client is not None:
            self._client.close()
        for context in self._contexts.values():
            context.close()


def _first(error: PlaywrightError | AssertionError) -> str:
    """The message in one line, with what was waited for."""
    lines = [line.strip(" -") for line in str(error).splitlines() if line.strip()]
    waited = next((line for line in lines if line.startswith("waiting for ")), "")
    return re.sub(r"\s+", " ", f"{lines[0]} {waited}".strip() if lines else "the browser says nothing")
