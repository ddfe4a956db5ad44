"""What a person would read on the pages of a PDF."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def pages_of(file: Path) -> list[str]:
    """The text of every page, spaces and line ends made one, ligatures taken apart.

    Raises AssertionError for a file that is no PDF.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return [_plain(page.extract_text()) for page in PdfReader(file).pages]
    except PyPdfError as error:
        raise AssertionError(f"expected {file.name} to be a PDF that can be read, got: {error}") from error


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
