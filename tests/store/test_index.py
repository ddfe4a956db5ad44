"""The index over many runs can always be made anew from the folders."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from harness.store.index import INDEX, RunIndex
from harness.store.reader import RunReader
from tests.store.test_folder import written


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for day in ("01", "02", "03"):
        written(tmp_path, run_id=f"2026-01-{day}T00-00-00Z-aaaa")
    return tmp_path


def test_newest_first_with_verdicts(runs: Path) -> None:
    summaries = RunIndex(runs).summaries()
    assert [s.run_id[:10] for s in summaries] == ["2026-01-03", "2026-01-02", "2026-01-01"]
    assert {s.status for s in summaries} == {"pass"}
    assert [s.run_id[:10] for s in RunIndex(runs).summaries(limit=1)] == ["2026-01-03"]


def test_deleted_and_rebuilt_it_says_the_same(runs: Path) -> None:
    before = RunIndex(runs).summaries()
    (runs / INDEX).unlink()
    assert RunIndex(runs).summaries() == before


def test_an_index_that_is_garbage_is_made_anew(runs: Path) -> None:
    before = RunIndex(runs).summaries()
    (runs / INDEX).write_bytes(b"this is no database, not at all" * 100)
    assert RunIndex(runs).summaries() == before


def test_a_removed_run_is_forgotten_and_a_changed_one_read_again(runs: Path) -> None:
    index = RunIndex(runs)
    index.summaries()
    shutil.rmtree(runs / "2026-01-01T00-00-00Z-aaaa")
    record = runs / "2026-01-02T00-00-00Z-aaaa" / "record.json"
    record.write_text(record.read_text().replace('"status": "pass"', '"status": "fail"').replace("quick", "full"))
    summaries = {s.run_id[:10]: s for s in index.summaries()}
    assert set(summaries) == {"2026-01-02", "2026-01-03"}
    assert summaries["2026-01-02"].profile == "full"


def test_a_run_that_cannot_be_read_is_listed_as_such(runs: Path) -> None:
    (runs / "2026-01-02T00-00-00Z-aaaa" / "record.json").write_text("{")
    assert {s.run_id[:10]: s.status for s in RunIndex(runs).summaries()}["2026-01-02"] == "unreadable"


def test_no_runs_is_an_empty_list(tmp_path: Path) -> None:
    assert RunIndex(tmp_path / "nowhere").summaries() == []


FIRST = "2026-01-01T00-00-00Z-aaaa"


def test_every_figure_of_every_run_is_kept(runs: Path) -> None:
    (scenario,) = RunReader(runs / FIRST).record.scenarios
    told = RunIndex(runs).figures(scenario.id)
    assert [one.run_id[8:10] for one in told] == ["03", "03", "02", "02", "01", "01"]
    kept = {one.expectation: one for one in told if one.run_id == FIRST}
    assert len(scenario.expectations) == 2
    for verdict in scenario.expectations:
        one = kept[verdict.id]
        assert (one.status, one.samples) == (str(verdict.status), verdict.samples)
        assert (one.observed, one.observed_text, one.threshold) == (
            verdict.observed, verdict.observed_text, verdict.threshold,
        )  # fmt: skip
    assert RunIndex(runs).figures("no-such") == []


def test_figures_go_and_change_with_their_run(runs: Path) -> None:
    index = RunIndex(runs)
    scenario = RunReader(runs / FIRST).record.scenarios[0].id
    index.figures(scenario)
    shutil.rmtree(runs / FIRST)
    record = runs / "2026-01-02T00-00-00Z-aaaa" / "record.json"
    record.write_text(record.read_text().replace('"status": "pass"', '"status": "fail"'))
    assert {(f.run_id[8:10], f.status) for f in index.figures(scenario)} == {("03", "pass"), ("02", "fail")}


def test_an_index_of_an_older_version_is_made_anew(runs: Path) -> None:
    index = RunIndex(runs)
    index.summaries()
    older = sqlite3.connect(runs / INDEX)
    older.execute("PRAGMA user_version = 1")
    older.execute("DROP TABLE figures")
    older.commit()
    older.close()
    scenario = RunReader(runs / FIRST).record.scenarios[0].id
    assert len(index.figures(scenario)) == 6
