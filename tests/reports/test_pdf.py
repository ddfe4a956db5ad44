"""The PDF: pages, bookmarks, and what happens where it cannot be made."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from pypdf import PdfReader

from harness.model.errors import ExitCode, ToolMissing
from reports.formats.pdf import to_pdf
from reports.render import write_reports
from tests.reports.conftest import Reported
from tests.reports.sample import LOAD, build, journey_part, load_part


def titles(outline: list[object]) -> list[str]:
    found: list[str] = []
    for item in outline:
        found += titles(item) if isinstance(item, list) else [str(item["/Title"])]  # type: ignore[index]
    return found


def test_bookmarks_page_numbers_and_text(failing: Reported) -> None:
    pdf = PdfReader(failing.run.path / f"reports/load-{LOAD}.pdf")
    bookmarks = titles(pdf.outline)
    for heading in ("Calendar CRUD, 50 users", "What was not tested", "Figures", "Operations", "Memory", "Environment"):
        assert heading in bookmarks
    total = len(pdf.pages)
    for number, page in enumerate(pdf.pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {total}" in text
        assert failing.run.plan.run_id in text
    first = pdf.pages[0].extract_text()
    assert "FAIL" in first.upper()
    assert "Headroom" in first


def test_nothing_is_fetched() -> None:
    small = to_pdf("<img src='http://127.0.0.1:9/x.png'><p>text</p>")
    assert small.startswith(b"%PDF")


class _Broken(types.ModuleType):
    def __getattr__(self, name: str) -> object:
        raise OSError("cannot load library 'libpango-1.0-0'\nmore\nlines")


@pytest.mark.parametrize("module", [None, _Broken("weasyprint")])
def test_without_its_libraries_the_html_remains_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: types.ModuleType | None
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", module)
    run = build(tmp_path, [load_part(seconds=4)])
    written = write_reports(run, run.path / "reports")
    (missing,) = [w for w in written if w.path is None]
    assert missing.format == "pdf"
    assert isinstance(missing.problem, ToolMissing)
    assert missing.problem.exit_code is ExitCode.INCONCLUSIVE
    assert "\n" not in missing.problem.what
    assert "libpango" in missing.problem.advice
    assert not list((run.path / "reports").glob("*.pdf"))
    for name in (f"load-{LOAD}.html", "index.html", "summary.md"):
        assert "the PDF was not made" in (run.path / "reports" / name).read_text()
    assert f"load-{LOAD}.pdf" not in (run.path / "reports/index.html").read_text()


def test_no_load_no_pdf(tmp_path: Path) -> None:
    run = build(tmp_path, [journey_part()])
    assert write_reports(run, run.path / "reports", ["pdf"]) == []
