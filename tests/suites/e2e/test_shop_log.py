"""The shop's own lines about a journey: those of its traces and no others, the failing step first."""

from __future__ import annotations

import json
from pathlib import Path

from suites.e2e.results import AskedLine
from suites.e2e.shop_log import Found, ShopLog

ASKED = [AskedLine(step="open", request_id="r1"), AskedLine(step="order", request_id="r2")]
FAULT = {"type": "RuntimeError", "at": ["schema.py:1 x", "events.py:31 add_event"]}


def line(event: str, trace: str, second: int, **more: object) -> str:
    fields = {
        "event": event,
        "level": "info",
        "trace_id": trace,
        "timestamp": f"2026-01-01T00:00:{second:02d}Z",
        **more,
    }
    return json.dumps(fields)


def found(tmp_path: Path, broken: str = "order", asked: list[AskedLine] = ASKED, stamp: str = "") -> Found:
    api = [
        line("request", "t1", 1, request_id="r1", route="/"),
        line("request", "t9", 2, request_id="r9", level="error"),  # somebody else's
        line("fault", "t2", 3, request_id="r2", level="error", error=FAULT, operation="PlaceOrder"),
        line("request", "t2", 4, request_id="r2", status=500),
        '{"event": "half a line, "trace_id"',
        "no JSON at all",
    ]
    worker = [line("letter_failed", "t2", 5, level="error", actor="send"), line("other", "t7", 6, level="error")]
    for name, lines in (("api", api), ("worker", worker)):
        (tmp_path / f"{name}.log").write_text("".join(f"{stamp}{one}\n" for one in lines))
    return ShopLog(sorted(tmp_path.glob("*.log"))).about(asked, broken)


def test_lines_by_step_the_failing_one_first_across_the_queue(tmp_path: Path) -> None:
    steps = found(tmp_path).steps
    assert list(steps) == ["order", "open"]
    assert [(one.service, one.fields["event"]) for one in steps["order"]] == [
        ("api", "fault"), ("api", "request"), ("worker", "letter_failed"),
    ]  # fmt: skip
    assert [one.fields["event"] for one in steps["open"]] == ["request"]
    text = found(tmp_path).text()
    assert text.startswith("--- order (here it failed)\napi  {")
    assert "t9" not in text
    assert "t7" not in text


def test_the_sentence_of_the_first_error(tmp_path: Path) -> None:
    assert found(tmp_path).error() == "api: fault, RuntimeError at events.py:31 add_event (operation=PlaceOrder)"
    assert found(tmp_path, asked=ASKED[:1], broken="open").error() == ""


def test_a_step_without_a_line_says_so(tmp_path: Path) -> None:
    told = found(tmp_path, broken="pay").text()
    assert told.startswith(
        "--- pay (here it failed)\nthe shop logged nothing about the requests of this step\n--- order\n"
    )
    assert found(tmp_path, asked=[], broken="").text() == (
        "--- before the first step (here it failed)\nthe shop logged nothing about the requests of this step\n"
    )


def test_a_clusters_lines_begin_with_their_time(tmp_path: Path) -> None:
    assert found(tmp_path, stamp="2026-01-01T00:00:00.123Z ").error().startswith("api: fault")
