"""The two formats that machines and step summaries read: nothing vanishes, and CI never sees green by mistake."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from markdown_it import MarkdownIt

from harness.model.verdict import Status, worst
from reports.context.evidence import EvidenceLinks
from reports.context.facts import read_facts
from reports.context.rows import Verdict
from reports.context.summary import Summary, build_summary
from reports.formats.junit import to_junit
from reports.formats.markdown import escape, to_markdown
from tests.reports.conftest import Reported

STATUSES = st.sampled_from([s.value for s in Status])


@pytest.fixture(scope="module")
def summary(failing: Reported) -> Summary:
    run = failing.run
    return build_summary(run, read_facts(run), EvidenceLinks(run, run.path / "reports"))


def with_statuses(summary: Summary, own: list[str], expectations: list[str], run: str) -> Summary:
    """The same summary with other statuses, merged worst first as the judge does."""
    scenarios = []
    for scenario, status in zip(summary.scenarios, own, strict=True):
        rows = tuple(
            dataclasses.replace(e, status=expectations[i % len(expectations)])
            for i, e in enumerate(scenario.expectations)
        )
        merged = worst(Status(s) for s in [status, *(r.status for r in rows)]).value
        scenarios.append(dataclasses.replace(scenario, own_status=status, status=merged, expectations=rows))
    all_ = worst(Status(s) for s in [run, *(s.status for s in scenarios)]).value
    return dataclasses.replace(summary, scenarios=tuple(scenarios), verdict=Verdict(all_, "so", ("because",)))


@given(own=st.lists(STATUSES, min_size=2, max_size=2), rows=st.lists(STATUSES, min_size=1, max_size=8), run=STATUSES)
def test_junit_is_green_only_when_the_run_is(summary: Summary, own: list[str], rows: list[str], run: str) -> None:
    changed = with_statuses(summary, own, rows, run)
    root = ET.fromstring(to_junit(changed))  # noqa: S314
    red = int(root.get("failures", "")) + int(root.get("errors", ""))
    assert (red == 0) == (changed.verdict.status in ("pass", "warn"))
    for scenario in changed.scenarios:
        suite = root.find(f"testsuite[@name='{scenario.id}']")
        assert suite is not None
        assert (suite.get("failures") == suite.get("errors") == "0") == (scenario.status in ("pass", "warn"))


def test_junit_without_any_scenario_is_red(summary: Summary) -> None:
    empty = dataclasses.replace(
        summary, scenarios=(), verdict=Verdict("inconclusive", "the plan holds no scenario", ())
    )
    root = ET.fromstring(to_junit(empty))  # noqa: S314
    assert root.get("errors") == "1"


@pytest.mark.parametrize(
    ("status", "element"),
    [("fail", "failure"), ("error", "error"), ("refused", "error"), ("inconclusive", "error"), ("warn", "system-out")],
)
def test_each_status_in_junit(summary: Summary, status: str, element: str) -> None:
    root = ET.fromstring(to_junit(with_statuses(summary, ["pass", "pass"], [status], "pass")))  # noqa: S314
    for case in root.iter("testcase"):
        found = case.find(element)
        assert found is not None
        assert status == "warn" or found.get("type") == status
    assert root.get("tests") == "8"


def test_junit_names_what_people_need(failing: Reported) -> None:
    xml = JUnitXml.fromfile(str(failing.run.path / "reports/junit.xml"))
    assert (xml.tests, xml.failures, xml.errors) == (8, 3, 0)
    text = failing.text("junit.xml")
    for needed in ("observed: ", "threshold: &lt; 400 ms", "evidence: evidence/", 'value="T4.1"', "known-timeouts"):
        assert needed in text


def test_junit_survives_any_text(summary: Summary) -> None:
    row = dataclasses.replace(summary.scenarios[0].expectations[0], status="fail", reason="\x00\x1b[31m<&>\ud800")
    scenario = dataclasses.replace(summary.scenarios[0], expectations=(row,))
    root = ET.fromstring(to_junit(dataclasses.replace(summary, scenarios=(scenario,))))  # noqa: S314
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "\ufffd\ufffd[31m<&>\ufffd"


def test_markdown_names_every_expectation_that_did_not_pass(failing: Reported, summary: Summary) -> None:
    text = failing.text("summary.md")
    assert text.startswith("# FAIL: village-calendar\n")
    assert len(summary.open) == 3
    for row in summary.open:
        block = text.split(f"{row.scenario} / {row.id}\n")[1].split("\n\n**")[0]
        for needed in (row.asks, row.observed.text, row.threshold, row.reason, row.evidence[0].path):
            assert needed in block.replace("\\", "")
    assert "## Not tested" in text
    assert "T4.2" in text
    assert "waived by known-timeouts; the verdict stays" in text
    assert len(text) < 10_000


def test_markdown_of_a_pass_has_nothing_open(passing: Reported) -> None:
    text = passing.text("summary.md")
    assert text.startswith("# PASS: ")
    assert "## Not passed" not in text
    assert "at full length" in text


@given(st.text(max_size=60))
def test_escaped_text_is_plain_words(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse("- " + escape(text))
    inline = [child for token in tokens for child in (token.children or [])]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert {t.type for t in tokens} <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close",
        "bullet_list_close",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["# big", "- one", "1. one", "> said", "[x](http://a)", "![x](y)", "<b>x</b>", "a|b", "`x`", "**x**", "_x_", "---",
     "<!-- x", "&lt;", "\\[x](y)", "===", "```", "+ x", "* x", "12) x", "<http://a.b>"],
)  # fmt: skip
def test_markup_in_text_is_shown_not_obeyed(text: str) -> None:
    html = MarkdownIt("commonmark").render(f"- {escape(text)}\n")
    shown = html.removeprefix("<ul>\n<li>").removesuffix("</li>\n</ul>\n")
    assert "<" not in shown
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") == text


def test_people_are_not_called_by_a_message() -> None:
    assert "@everyone" not in escape("ask @everyone")


def test_a_code_span_cannot_be_left(summary: Summary) -> None:
    header = dataclasses.replace(summary.header, run_id="a`b``c <b>")
    html = MarkdownIt("commonmark").render(to_markdown(dataclasses.replace(summary, header=header), []))
    assert "<code>a`b``c &lt;b&gt;</code>" in html
