"""What is the shop's failure and what is ours, and the sentence for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from suites.e2e.failure import SetupProblem, explain

CLICK = """Locator.click: Timeout 8000ms exceeded.
Call log:
  - waiting for get_by_role("button", name="Save event")
"""
EXPECT = """expected the preview to show “Party”
Actual value: Preview
Call log:
  - Expect "to_contain_text" with timeout 8000ms
"""
GONE = """expected the link “Download PDF” once the PDF is made
Actual value: None
Error: element(s) not found
Call log:
"""
CASES: list[tuple[BaseException, str, str]] = [
    (AssertionError("expected 1, got 2"), "failed", "expected 1, got 2"),
    (AssertionError(EXPECT), "failed", "expected the preview to show “Party”, got Preview"),
    (AssertionError(GONE), "failed", "PDF is made, got None, element(s) not found"),
    (AssertionError(), "failed", "an assertion without a message did not hold"),
    (PlaywrightTimeout(CLICK), "failed", "waited 8 s for button “Save event”, in vain"),
    (
        PlaywrightTimeout('Timeout 30000ms exceeded while waiting for event "download"'),
        "failed",
        "waited 30 s for event",
    ),
    (PlaywrightError("Page.goto: net::ERR_CONNECTION_REFUSED at http://x/"), "failed", "net::ERR_CONNECTION_REFUSED"),
    (
        PlaywrightError('strict mode violation: get_by_label("Date") resolved to 2'),
        "failed",
        "field “Date” resolved to 2",
    ),
    (PlaywrightError("Target page, context or browser has been closed"), "errored", "the browser: Target page"),
    (SetupProblem("nothing answers"), "errored", "nothing answers"),
    (KeyError("x"), "errored", "the journey itself broke at"),
    (pytest.skip.Exception("not today"), "skipped", "not today"),
    (pytest.fail.Exception("not so"), "failed", "not so"),
]


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"), CASES, ids=[f"{type(e).__name__}-{i}" for i, (e, *_) in enumerate(CASES)]
)
def test_explain(error: BaseException, outcome: str, sentence: str) -> None:
    got, text = explain(error)
    assert got == outcome
    assert sentence in text
    assert "\n" not in text


def test_a_long_text_is_cut() -> None:
    assert len(explain(AssertionError("x" * 5000))[1]) < 500
