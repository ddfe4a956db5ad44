"""HTML for paper → PDF, with bookmarks from the headings. WeasyPrint is imported only when a PDF is made."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from harness.model.errors import ToolMissing

if TYPE_CHECKING:
    import weasyprint


def load_weasyprint() -> type[weasyprint.HTML]:
    """The renderer. Raises ToolMissing when it or one of its system libraries is not there."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        # cffi raises OSError with several lines when Pango cannot be loaded
        first = str(error).partition("\n")[0]
        raise ToolMissing(
            f"the PDF was not made: WeasyPrint cannot start ({first})",
            advice="install Pango (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "macOS: brew install pango), then launchgate report; or print the HTML report",
        ) from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    renderer: type[weasyprint.HTML] = HTML
    return renderer


def to_pdf(html: str) -> bytes:
    """The document as PDF; it may fetch nothing. Raises ToolMissing."""
    renderer = load_weasyprint()
    from weasyprint import URLFetcher

    return bytes(renderer(string=html, url_fetcher=URLFetcher(allowed_protocols=[])).write_pdf())
