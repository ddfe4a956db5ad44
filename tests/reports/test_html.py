"""The pages: self-contained, escaped, deterministic, and without an opinion of their own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from jinja2 import UndefinedError

from harness.model.observation import CheckResult, Receipt
from harness.model.record import RunRecord
from harness.model.verdict import Status
from harness.store.reader import RunReader
from reports.formats.html import environment
from reports.render import FORMATS, write_reports
from tests.reports.conftest import Reported
from tests.reports.page import read_page
from tests.reports.sample import JOURNEY, LOAD, SHOT, build, expect, journey_part, load_part

EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


def test_a_page_fetches_nothing(failing: Reported) -> None:
    for name in (f"load-{LOAD}.html", "index.html"):
        html = failing.text(name)
        page = read_page(html)
        assert "script" not in page.tags
        assert "link" not in page.tags
        assert not [link for link in page.links if re.match(r"(?i)\s*([a-z]+:|//)", link)]
        assert not re.search(r"url\((?!#)", html)
        assert "@import" not in html
        assert "default-src 'none'" in html


def test_links_lead_to_files_of_the_run(failing: Reported) -> None:
    page = read_page(failing.text("index.html"))
    files = [link for link in page.links if not link.startswith("#")]
    assert f"../{SHOT}" in files
    assert f"load-{LOAD}.pdf" in files
    for link in files:
        assert (failing.run.path / "reports" / unquote(link)).resolve().is_file(), link
    assert [link for link in page.links if link.startswith("#")]
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_ids_are_unique_and_every_chart_says_what_it_shows(failing: Reported) -> None:
    html = failing.load_html
    page = read_page(html)
    assert len(page.ids) == len(set(page.ids))
    charts = re.findall(r'<svg [^>]*role="img"[^>]*aria-labelledby="(\S+) (\S+)"', html)
    assert len(charts) == 7
    for title, description in charts:
        assert {title, description} <= set(page.ids)
    assert "p95: from " in html
    assert html.count('id="chart-') == 7


def test_charts_follow_the_mode_of_the_page(failing: Reported) -> None:
    svg = "".join(re.findall(r"<svg .*?</svg>", failing.load_html, re.DOTALL))
    assert "var(--chart-blue)" in svg
    assert not re.findall(r"#[0-9a-f]{6}", svg)
    assert "prefers-color-scheme: dark" in failing.load_html


def test_untrusted_text_is_never_markup(tmp_path: Path) -> None:
    part = load_part(seconds=8, title=EVIL, more=[expect("evil", "http.latency", "p95", "< 1ms", labels={"op": EVIL})])
    part.owner = EVIL
    journey = journey_part(outcome="failed", message=EVIL)
    journey.title = EVIL
    journey.observations.append(CheckResult(scenario=JOURNEY, check=EVIL, outcome="skipped"))
    journey.observations.append(Receipt(scenario=JOURNEY, detector=EVIL, item=EVIL, required=2, seen=1))
    run = build(tmp_path, [journey, part])
    into = run.path / "reports"
    write_reports(run, into, ["html", "md", "junit"])
    for name in ("index.html", f"load-{LOAD}.html"):
        html = (into / name).read_text()
        page = read_page(html)
        assert "&lt;script&gt;" in html
        assert "script" not in page.tags
        assert page.tags.count("img") == (name == "index.html")  # the picture of the failure
        assert "<img src=x" not in html
    assert "<script" not in (into / "summary.md").read_text().replace("\\<", "")
    assert "<script" not in (into / "junit.xml").read_text()


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    run = build(tmp_path / "here", [journey_part(), load_part(seconds=4, failing=0.2)])
    write_reports(run, run.path / "reports")
    one = {p.name: p.read_bytes() for p in (run.path / "reports").iterdir()}
    copy = shutil.copytree(run.path, tmp_path / "another" / "place")
    shutil.rmtree(copy / "reports")
    write_reports(RunReader(copy), copy / "reports")
    again = {p.name: p.read_bytes() for p in (copy / "reports").iterdir()}
    assert len(one) == 6
    assert again == one
    assert not [name for name, content in one.items() if str(tmp_path).encode() in content]


def test_only_the_formats_that_were_asked_for(tmp_path: Path) -> None:
    run = build(tmp_path, [load_part(seconds=2)])
    for wanted in FORMATS:
        written = write_reports(run, tmp_path / wanted, [wanted])
        assert {w.format for w in written} == {wanted}
        assert sorted((tmp_path / wanted).iterdir()) == sorted(w.path for w in written if w.path)


def test_outside_the_run_evidence_is_named_but_not_linked(failing: Reported, tmp_path: Path) -> None:
    write_reports(failing.run, tmp_path, ["html"])
    html = (tmp_path / "index.html").read_text()
    assert "failure.png" in html
    assert not [link for link in read_page(html).links if ".." in link or link.startswith("/")]


def test_cited_evidence_that_is_gone_is_called_missing(tmp_path: Path) -> None:
    run = build(tmp_path, [journey_part(outcome="failed", message="no")])
    (run.path / SHOT).unlink()
    write_reports(run, run.path / "reports", ["html", "md"])
    assert "<em>missing</em>" in (run.path / "reports/index.html").read_text()
    assert "(missing)" in (run.path / "reports/summary.md").read_text()


def test_evidence_outside_the_folder_is_never_linked(tmp_path: Path) -> None:
    def lie(record: RunRecord) -> RunRecord:
        scenario = record.scenarios[0]
        expectation = scenario.expectations[0].model_copy(update={"evidence": ["../../secret", "javascript:alert(1)"]})
        return record.model_copy(update={"scenarios": [scenario.model_copy(update={"expectations": [expectation]})]})

    (tmp_path / "secret").write_text("x")
    run = build(tmp_path / "runs", [journey_part(outcome="failed")], change=lie)
    write_reports(run, run.path / "reports", ["html"])
    links = read_page((run.path / "reports/index.html").read_text()).links
    assert not [link for link in links if "secret" in link or "javascript" in link]


@pytest.mark.parametrize("status", list(Status))
def test_a_status_is_that_of_the_record(tmp_path: Path, status: Status) -> None:
    """The report repeats the record, also one that it would not have written itself."""

    def turn(record: RunRecord) -> RunRecord:
        scenario = record.scenarios[0].model_copy(update={"status": status, "own_status": status, "reasons": ["so"]})
        return record.model_copy(update={"status": status, "own_status": status, "scenarios": [scenario]})

    run = build(tmp_path, [load_part(seconds=4)], change=turn)
    write_reports(run, tmp_path / "out", ["html"])
    for name in ("index.html", f"load-{LOAD}.html"):
        assert f'<p class="word">{status.value}</p>' in (tmp_path / "out" / name).read_text()


def test_what_was_not_measured_says_so_and_draws_nothing(tmp_path: Path) -> None:
    gone = ("db.", "queue.", "resource.", "generator.", "load.users")
    run = build(tmp_path, [load_part(seconds=6, without=gone, users_seen=23)])
    write_reports(run, run.path / "reports", ["html"])
    html = (run.path / f"reports/load-{LOAD}.html").read_text()
    assert html.count('role="img"') == 2  # latency and throughput: nothing failed, so no errors are drawn either
    for chart in ("cpu", "memory", "connections", "queue"):
        figure = re.search(rf'<figure id="chart-{chart}">(.*?)</figure>', html, re.DOTALL)
        assert figure is not None
        assert "Not measured." in figure[1]
        assert "<svg" not in figure[1]
    assert "No error was observed in" in html
    assert "Not measured in this run" in html
    assert "Locust saw 23 of 50 users" in html


def test_a_run_that_measured_nothing_has_no_numbers(tmp_path: Path) -> None:
    part = load_part(seconds=6, without=("http.", "db.", "queue.", "resource.", "generator.", "load."))
    part.files.clear()
    run = build(tmp_path, [part])
    write_reports(run, run.path / "reports")
    page = read_page((run.path / f"reports/load-{LOAD}.html").read_text())
    assert "operations" not in page.tables
    assert '<p class="word">inconclusive</p>' in (run.path / f"reports/load-{LOAD}.html").read_text()
    assert {cell.text for cell in page.tables["figures"] if not cell.key.endswith(".samples")} == {"–"}
    assert page.tables["figures"][0].value == ""


def test_a_planted_defect_is_announced_first(tmp_path: Path) -> None:
    run = build(tmp_path, [load_part(seconds=6)], defect=True)
    write_reports(run, run.path / "reports", ["html", "md"])
    for name in ("index.html", f"load-{LOAD}.html"):
        html = (run.path / "reports" / name).read_text()
        assert html.index("Planted defect") < html.index('class="word"')
    assert "**Planted defect** latency-800ms" in (run.path / "reports/summary.md").read_text()


def test_the_workload_model_is_stated_with_units(passing: Reported) -> None:
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", passing.load_html))
    assert facts["model"] == "closed"
    assert facts["think time"] == "min 600 ms, max 1.4 s"
    assert facts["warm up"] == "3 s"
    assert facts["users"] == "50"


def test_what_is_wrong_stands_first_and_shared_files_are_named_once(failing: Reported, tmp_path: Path) -> None:
    pills = read_page(failing.load_html).pills
    table = pills[len(pills) - 7 :]
    assert table == sorted(table, key=lambda status: -Status(status).rank)
    assert "fail" in table
    part = load_part(seconds=4)
    part.files[f"evidence/{LOAD}/locust.log"] = b"log"
    run = build(tmp_path, [part])
    write_reports(run, run.path / "reports", ["html"])
    html = (run.path / f"reports/load-{LOAD}.html").read_text()
    passed = sum(e.status is Status.PASS for e in run.record.scenarios[0].expectations)
    assert 0 < passed < 7
    assert html.count(f'href="#files-{LOAD}-1">files 1</a>') == passed
    assert html.count(">locust.log</a>") == 1 + 7 - passed  # what did not pass names its files on the spot


def test_a_waived_failure_stays_a_failure(failing: Reported) -> None:
    html = failing.load_html
    assert "waived by known-timeouts" in html
    assert read_page(html).pills.count("fail") >= 2
