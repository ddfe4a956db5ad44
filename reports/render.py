"""A run folder → its reports. The same folder gives the same bytes: nothing here asks for the time.

One pass over the observations, one context per report, one writer per format. A load scenario whose figures do
not agree with its raw samples gets no report at all; a PDF that cannot be made leaves the HTML and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from harness.model.errors import LaunchgateError, RunFolderError, ToolMissing
from harness.store.reader import RunReader
from reports.context.evidence import EvidenceLinks
from reports.context.facts import Facts, read_facts
from reports.context.load import LoadReport, build_load, load_scenarios
from reports.context.operations import operation_rows
from reports.context.summary import build_summary
from reports.formats.html import render
from reports.formats.json import to_json
from reports.formats.junit import to_junit
from reports.formats.markdown import to_markdown
from reports.formats.pdf import load_weasyprint, to_pdf
from reports.raw import check_raw, find_raw

Format = Literal["html", "pdf", "md", "junit", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class WrittenReport:
    """One report that was asked for.

    Attributes:
        name: for people, for instance `load test of calendar-crud`.
        path: where it is; None when it could not be made.
        problem: why it could not be made.
    """

    name: str
    format: Format
    path: Path | None
    problem: LaunchgateError | None = None


def write_reports(run: RunReader, into: Path, formats: Iterable[Format] = FORMATS) -> list[WrittenReport]:
    """Writes the reports of one run and names them, in order of reading.

    Raises ReportMismatch when figures and raw samples differ, RunFolderError for a folder that cannot be read or
    written.
    """
    wanted = [f for f in FORMATS if f in set(formats)]
    facts = read_facts(run)
    links = EvidenceLinks(run, into)
    loads = [_load(run, scenario, facts[scenario], links) for scenario in load_scenarios(run, facts)]
    summary = build_summary(run, facts, links)
    problem = _pdf_problem() if "pdf" in wanted and loads else None
    pages = {load.scenario.id: f"load-{load.scenario.id}" for load in loads}
    context = {"summary": summary, "loads": loads, "pages": pages, "wanted": wanted, "pdf_problem": problem}
    written: list[WrittenReport] = []

    def write(name: str, format_: Format, file: str, make: Callable[[], str | bytes]) -> None:
        if format_ in wanted:
            written.append(WrittenReport(name, format_, _save(into / file, make())))

    def load_page(load: LoadReport) -> str:
        return render("load.html.j2", paper=False, report=load, pdf_problem=problem)

    def load_pdf(load: LoadReport) -> bytes:
        return to_pdf(render("load.html.j2", paper=True, report=load, pdf_problem=None))

    for load in loads:
        name, page = f"load test of {load.scenario.id}", pages[load.scenario.id]
        write(name, "html", f"{page}.html", partial(load_page, load))
        if problem is None:
            write(name, "pdf", f"{page}.pdf", partial(load_pdf, load))
        elif "pdf" in wanted:
            written.append(WrittenReport(name, "pdf", None, problem))
    write("summary", "html", "index.html", lambda: render("summary.html.j2", paper=False, **context))
    write("summary", "md", "summary.md", lambda: to_markdown(summary, _described(written, loads)))
    write("summary", "junit", "junit.xml", lambda: to_junit(summary))
    write("summary", "json", "report.json", lambda: to_json(summary, loads))
    return written


def _load(run: RunReader, scenario: str, facts: Facts, links: EvidenceLinks) -> LoadReport:
    raw = find_raw(run, scenario, facts)
    rows = operation_rows(facts)
    return build_load(run, scenario, facts, links, rows, check_raw(run, raw, rows), links.link(raw) if raw else None)


def _pdf_problem() -> ToolMissing | None:
    try:
        load_weasyprint()
    except ToolMissing as missing:
        return missing
    return None


def _described(written: list[WrittenReport], loads: list[LoadReport]) -> list[str]:
    lines = [f"{w.name}: {w.path.name}" if w.path else f"{w.name}: {w.problem}" for w in written]
    return lines if loads else [*lines, "no load scenario in this run, so there is no load-test report"]


def _save(path: Path, content: str | bytes) -> Path:
    """Replaces the file in one step, so that nobody reads half a report."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        temporary.replace(path)
    except OSError as error:
        raise RunFolderError(
            f"the report cannot be written: {error.strerror}", where=str(path), advice="give another --out"
        ) from error
    return path
