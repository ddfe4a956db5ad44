"""A report whose figures are not those of the raw samples is not written."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest

from harness.model.errors import RunFolderError
from harness.store.reader import RunReader
from reports.context.facts import read_facts
from reports.context.figure import figure
from reports.context.operations import OperationRow, operation_rows
from reports.raw import check_raw, find_raw
from reports.reconcile import ReportMismatch, read_raw, reconcile
from reports.render import write_reports
from suites.load.samples import COLUMNS as SUITE_COLUMNS
from tests.reports.sample import LOAD, SAMPLES, build, journey_part, load_part
from tests.reports.traffic import COLUMNS


@pytest.fixture
def run(tmp_path: Path) -> RunReader:
    return build(tmp_path, [load_part(seconds=8, failing=0.2)])


def rewrite(run: RunReader, line: int, column: int, value: str) -> None:
    path = run.path / SAMPLES
    rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    fields = rows[line].split(",")
    fields[column] = value
    rows[line] = ",".join(fields)
    path.write_bytes(gzip.compress(("\n".join(rows) + "\n").encode(), mtime=0))


def measured_line(run: RunReader, outcome: str = "ok") -> int:
    rows = gzip.decompress((run.path / SAMPLES).read_bytes()).decode().splitlines()
    return next(i for i, row in enumerate(rows) if f",{outcome}," in row and row.endswith("measured"))


def test_sample_files_look_like_those_of_the_suite() -> None:
    assert COLUMNS == SUITE_COLUMNS


def test_agreement_is_said_in_the_report(run: RunReader) -> None:
    facts = read_facts(run)[LOAD]
    path = find_raw(run, LOAD, facts)
    assert path == SAMPLES
    assert check_raw(run, path, operation_rows(facts)).startswith("40 figures were computed again from ")


@pytest.mark.parametrize("name", ["requests", "errors", "error_rate", "p50", "p90", "p95", "p99", "max"])
@pytest.mark.parametrize("row", [0, -1])
def test_a_changed_figure_is_caught(run: RunReader, name: str, row: int) -> None:
    rows = list(operation_rows(read_facts(run)[LOAD]))
    raw = read_raw(run.path / SAMPLES)
    assert reconcile(tuple(rows), raw, SAMPLES) == 40
    rows[row] = changed(rows[row], name)
    with pytest.raises(ReportMismatch) as caught:
        reconcile(tuple(rows), raw, SAMPLES)
    assert "in the report and" in caught.value.diagnostics()
    assert SAMPLES in caught.value.diagnostics()


def changed(row: OperationRow, name: str) -> OperationRow:
    if name in ("requests", "errors", "error_rate"):
        old = getattr(row, name)
        return dataclasses.replace(row, **{name: figure(old.key, old.value + 1e-6)})
    index = ("p50", "p90", "p95", "p99", "max").index(name)
    latencies = list(row.latencies)
    latencies[index] = figure(latencies[index].key, (latencies[index].value or 0.0) * 1.0025)
    return dataclasses.replace(row, latencies=tuple(latencies))


@pytest.mark.parametrize(("column", "value"), [(3, "99.5"), (4, "timeout"), (0, "another"), (6, "warm-up")])
def test_a_changed_raw_file_stops_the_report(run: RunReader, column: int, value: str) -> None:
    rewrite(run, measured_line(run), column, value)
    with pytest.raises(ReportMismatch) as caught:
        write_reports(run, run.path / "reports", ["html"])
    assert not (run.path / "reports").exists()
    assert caught.value.exit_code == 30


def test_a_raw_file_cut_short_is_said_not_hidden(run: RunReader) -> None:
    path = run.path / SAMPLES
    path.write_bytes(path.read_bytes()[:-40])
    assert check_raw(run, SAMPLES, operation_rows(read_facts(run)[LOAD])).startswith(
        "Not compared with raw samples: samples.csv.gz"
    )


def test_other_columns_are_said_not_hidden(run: RunReader) -> None:
    (run.path / SAMPLES).write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert "Not compared" in check_raw(run, SAMPLES, operation_rows(read_facts(run)[LOAD]))


def test_no_raw_file_is_said(run: RunReader) -> None:
    (run.path / SAMPLES).unlink()
    facts = read_facts(run)[LOAD]
    assert find_raw(run, LOAD, facts) == ""
    assert "this run has no samples.csv.gz" in check_raw(run, "", operation_rows(facts))


def test_a_file_without_requests_reconciles_nothing(tmp_path: Path) -> None:
    part = load_part(seconds=8, without=("http.",))
    part.files[SAMPLES] = gzip.compress((",".join(COLUMNS) + "\n").encode())
    run = build(tmp_path, [part])
    said = check_raw(run, SAMPLES, operation_rows(read_facts(run)[LOAD]))
    assert said == "Not compared with raw samples: the file holds no request."


def test_samples_that_are_no_histogram_are_a_clean_error(tmp_path: Path) -> None:
    part = load_part(seconds=4)
    part.observations = [
        o.model_copy(update={"histogram": "AAAA"}) if getattr(o, "histogram", None) else o for o in part.observations
    ]
    run = build(tmp_path, [part])
    with pytest.raises(RunFolderError, match="cannot be read"):
        write_reports(run, run.path / "reports", ["html"])


def test_a_run_without_load_has_no_load_report(tmp_path: Path) -> None:
    run = build(tmp_path, [journey_part()])
    names = [w.path.name for w in write_reports(run, run.path / "reports") if w.path]
    assert names == ["index.html", "summary.md", "junit.xml", "report.json"]
    assert "no load-test report" in (run.path / "reports/index.html").read_text()
    assert "no load-test report" in (run.path / "reports/summary.md").read_text()
