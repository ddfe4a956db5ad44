"""Every operator of a smoke step, seen holding and not holding."""

from __future__ import annotations

from typing import Any

import pytest

from tests.suites.smoke.conftest import Walk
from tests.suites.smoke.fake_http import FakeHttp, reply

GOOD = {"name": "Ada", "n": 1, "list": [{"id": "a"}], "none": None, "empty": [], "yes": True}

CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    # expectation that holds, expectation that does not, part of the sentence
    ({"status": 200}, {"status": 201}, "expected status 201, got 200"),
    (
        {"headers": {"X-Thing": "LUE"}},
        {"headers": {"x-thing": "other"}},
        'expected header x-thing with "other", got "v',
    ),
    ({"headers": {"x-thing": "value"}}, {"headers": {"x-none": "a"}}, "got no such header"),
    ({"text_contains": "Ada"}, {"text_contains": ["Ada", "Eve"]}, 'a body that contains "Eve", got '),
    ({"text_starts": "{"}, {"text_starts": "%PDF"}, 'that begins with "%PDF", got '),
    ({"json": {"name": "Ada"}}, {"json": {"name": "Eve"}}, 'expected name to be "Eve", got "Ada"'),
    ({"json": {"list[0].id": "a"}}, {"json": {"list.1.id": "a"}}, "got nothing there (list has 1 element(s))"),
    ({"json": {"n": 1}}, {"json": {"n": "1"}}, 'expected n to be "1", got 1'),
    ({"json": {"yes": True}}, {"json": {"n": True}}, "expected n to be true, got 1"),
    ({"json": {"none": None}}, {"json": {"nothing": None}}, "the answer has only empty, list, n, name, none, yes"),
    ({"json": {"name": {"matches": "^A"}}}, {"json": {"name": {"matches": "^B"}}}, "to match ^B, got"),
    ({"json": {"name": {"matches": "."}}}, {"json": {"n": {"matches": "."}}}, "expected n to match"),
    ({"json": {"list": {"not_empty": True}}}, {"json": {"empty": {"not_empty": True}}}, "not to be empty, got []"),
    ({"json": {"n": {"not_empty": True}}}, {"json": {"none": {"not_empty": True}}}, "not to be empty, got null"),
    ({"json": {"gone": {"absent": True}}}, {"json": {"name": {"absent": True}}}, 'to be absent, got "Ada"'),
    ({"json": {"list": [{"id": "a"}]}}, {"json": {"list": [{"id": "b"}]}}, 'to be [{"id": "b"}], got'),
]


@pytest.mark.parametrize(("good", "bad", "sentence"), CASES, ids=[str(bad) for _, bad, _ in CASES])
def test_both_colours(walk: Walk, shop: FakeHttp, good: dict[str, Any], bad: dict[str, Any], sentence: str) -> None:
    shop.on("GET /x", reply(GOOD, X_Thing="value"))
    seen = walk({"id": "holds", "request": {"path": "/x", "expect": good}},
                {"id": "breaks", "request": {"path": "/x", "expect": bad}})  # fmt: skip
    assert (seen.check("holds").outcome, seen.check("holds").message) == ("passed", "")
    assert seen.check("breaks").outcome == "failed"
    assert sentence in seen.check("breaks").message
    assert (seen.receipt().required, seen.receipt().seen, seen.receipt().complete) == (2, 2, True)


def test_every_expectation_that_does_not_hold_is_named(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /x", reply({"a": 1}, 500))
    seen = walk({"id": "both", "request": {"path": "/x", "expect": {"status": 200, "json": {"a": 2}}}})
    assert seen.check("both").message == "expected status 200, got 500; expected a to be 2, got 1"


def test_an_answer_that_is_no_json_fails_and_does_not_break_the_check(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /x", reply("<html>"))
    seen = walk({"id": "json", "request": {"path": "/x", "expect": {"json": {"a": 1}}}})
    assert seen.check("json").outcome == "failed"
    assert seen.check("json").message == 'expected JSON, got 6 bytes that begin with "<html>"'


@pytest.mark.parametrize(
    ("answer", "outcome", "sentence"),
    [
        ({"data": {"templates": [{"slug": "a"}]}}, "passed", ""),
        ({"data": {"templates": [{"slug": "a"}]}, "errors": []}, "passed", ""),
        ({"data": {"templates": []}}, "failed", "expected data.templates not to be empty, got []"),
        (
            {"data": {"templates": [1]}, "errors": [{"message": "half"}]},
            "failed",
            'errors to be absent, got [{"message',
        ),
        ({"data": None, "errors": [{"message": "boom"}]}, "failed", "boom"),
    ],
)
def test_graphql_answer(walk: Walk, shop: FakeHttp, answer: Any, outcome: str, sentence: str) -> None:
    shop.on("POST /graphql", reply(answer))
    step = {"operation": "All", "query": "query All { templates { slug } }",
            "expect": {"data": {"templates": {"not_empty": True}}}}  # fmt: skip
    check = walk({"id": "all", "graphql": step}).check("all")
    assert check.outcome == outcome
    assert sentence in check.message
    assert shop.asked[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(("code", "outcome"), [("NOT_FOUND", "passed"), ("BAD_INPUT", "failed"), (None, "failed")])
def test_graphql_error_that_is_wanted(walk: Walk, shop: FakeHttp, code: str | None, outcome: str) -> None:
    errors = [{"message": "m", "extensions": {"code": code}}] if code else []
    shop.on("POST /graphql", reply({"data": {"x": 1}, "errors": errors}))
    step = {"operation": "X", "query": "query X { x }", "expect": {"error": "NOT_FOUND"}}
    assert walk({"id": "x", "graphql": step}).check("x").outcome == outcome
