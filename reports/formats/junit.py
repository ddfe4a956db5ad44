"""Summary → JUnit XML. A CI that reads nothing else must never see green where the run is not."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from reports.context.rows import ExpectationRow, ScenarioRow
from reports.context.summary import Summary

_BROKEN = frozenset({"error", "refused", "inconclusive"})
_GREEN = frozenset({"pass", "warn"})
# Everything that XML 1.0 cannot hold
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(summary: Summary) -> str:
    """One test suite per scenario, one test case per expectation; inconclusive is an error."""
    root = ET.Element("testsuites", name=_clean(summary.header.system))
    for scenario in summary.scenarios:
        root.append(_suite(summary, scenario))
    status = summary.verdict.status
    if status not in _GREEN and all(s.get("failures") == s.get("errors") == "0" for s in root):
        # the run itself is not green (killed, nothing judged): one case says so
        suite = ET.SubElement(root, "testsuite", name="run", timestamp=summary.header.created, time="0")
        _problem(_case(suite, "run", "verdict"), status, summary.verdict.sentence, "\n".join(summary.verdict.reasons))
        _count(suite)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(summary: Summary, scenario: ScenarioRow) -> ET.Element:
    header = summary.header
    suite = ET.Element("testsuite", name=_clean(scenario.id), timestamp=header.created,
                       time=f"{scenario.duration.value or 0:.3f}")  # fmt: skip
    criteria = sorted({c for e in scenario.expectations for c in e.criteria})
    _properties(suite, {
        "title": scenario.title, "suite": scenario.suite, "owner": scenario.owner, "verdict": scenario.status,
        "evidence": scenario.evidence_profile, "criteria": " ".join(criteria), "run": header.run_id,
        "commit": header.commit, "defect": header.defect,
    })  # fmt: skip
    for row in scenario.expectations:
        _expectation(suite, scenario, row)
    if scenario.status not in _GREEN and all(e.status in _GREEN for e in scenario.expectations):
        case = _case(suite, f"{scenario.suite}.{scenario.id}", "scenario")
        _problem(case, scenario.status, "; ".join(scenario.reasons) or scenario.status, "")
    _count(suite)
    return suite


def _expectation(suite: ET.Element, scenario: ScenarioRow, row: ExpectationRow) -> None:
    case = _case(suite, f"{scenario.suite}.{scenario.id}", row.id)
    _properties(case, {"criteria": " ".join(row.criteria), "waived-by": row.waived_by, "source": row.source})
    text = "\n".join([
        f"expectation: {row.asks} {row.threshold}", f"observed: {row.observed.text}", f"threshold: {row.threshold}",
        f"samples: {row.samples.text} (at least {row.min_samples.text})", f"reason: {row.reason}",
        *(f"evidence: {link.path}" for link in row.evidence),
    ])  # fmt: skip
    if row.status in _GREEN:
        if row.status == "warn":
            ET.SubElement(case, "system-out").text = _clean(f"warn\n{text}")
        return
    _problem(case, row.status, row.reason, text)


def _problem(case: ET.Element, status: str, message: str, text: str) -> None:
    kind = "error" if status in _BROKEN else "failure"
    ET.SubElement(case, kind, type=status, message=_clean(message)).text = _clean(text)


def _case(suite: ET.Element, classname: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_clean(classname), name=_clean(name), time="0")


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    chosen = {name: value for name, value in values.items() if value}
    if chosen:
        properties = ET.SubElement(parent, "properties")
        for name, value in chosen.items():
            ET.SubElement(properties, "property", name=name, value=_clean(value))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("skipped", "0")


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
