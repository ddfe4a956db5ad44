"""Making and fetching the PDF, from the editor."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

MAKING_MS = 60_000  # the worker sets thirteen pages, on a machine that has other things to do


class PdfDesk:
    """The part of the editor that makes the PDF."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def make(self) -> None:
        """Orders the PDF and waits for its link."""
        self.page.get_by_role("button", name="Make PDF").click()
        link = self.page.get_by_role("link", name="Download PDF")
        expect(link, "expected the link “Download PDF” once the PDF is made").to_be_visible(timeout=MAKING_MS)

    def download(self, into: Path) -> Path:
        """Clicks the link as a person would and returns the file that arrived."""
        with self.page.expect_download() as arriving:
            self.page.get_by_role("link", name="Download PDF").click()
        into.parent.mkdir(parents=True, exist_ok=True)
        arriving.value.save_as(into)
        return into
