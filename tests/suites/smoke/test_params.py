"""What an author may write; above all, that no step can be written that could not fail."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from harness.model.plan import Step
from suites.smoke.params import Graphql, Request
from suites.smoke.suite import SmokeSuite

QUERY = {"operation": "All", "query": "query All { templates { slug } }"}


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"path": "/x"}, "expect"),
        ({"path": "/x", "expect": {}}, "it could not fail"),
        ({"path": "/x", "expect": {"json": {}, "headers": {}, "text_contains": []}}, "it could not fail"),
        ({"path": "/x", "expect": {"text_contains": ""}}, "at least 1 character"),
        ({"path": "/x", "expect": {"headers": {"a": ""}}}, "at least 1 character"),
        ({"path": "/x", "expect": {"json": {"a..b": 1}}}, "is not a path"),
        ({"path": "/x", "expect": {"json": {"a": {"matchs": "x"}}}}, "did you mean matches?"),
        ({"path": "/x", "expect": {"json": {"a": {"matches": "("}}}}, "is no regular expression"),
        ({"path": "/x", "expect": {"json": {"a": {"not_empty": False}}}}, "write 'not_empty: true'"),
        ({"path": "/x", "expect": {"json": {"a": {"matches": "x", "absent": True}}}}, "write one rule"),
        ({"path": "/x", "expect": {"json": {"a": {}}}}, "write one rule"),
        ({"path": "x", "expect": {"status": 200}}, "pattern"),
        ({"path": "/x", "expect": {"status": 20}}, "greater than or equal to 100"),
        ({"path": "/x", "expect": {"status": 200}, "json": {}, "body": "x"}, "give one of"),
        ({"path": "/x", "expect": {"status": 200}, "form": {}, "body": "x"}, "give one of"),
        ({"path": "/x", "expect": {"status": 200}, "timeout": "5"}, "is not a duration"),
        ({"path": "/x", "expect": {"status": 200}, "until": {"within": 0}}, "greater than 0"),
        ({"path": "/x", "expect": {"status": 200}, "save": {"Bad-Name": "a"}}, "pattern"),
    ],
)
def test_request_refused(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence.replace("?", r"\?")):
        Request.model_validate(params)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({**QUERY, "expect": {}}, "expects no data and no error"),
        ({**QUERY, "expect": {"status": 200}}, "expects no data and no error"),
        ({**QUERY, "operation": "Other", "expect": {"error": "X"}}, "has no operation 'Other'"),
    ],
)
def test_graphql_refused(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Graphql.model_validate(params)


def test_a_plan_reads_back_as_it_was() -> None:
    written = {"path": "/x", "json": {"a": 1}, "until": {"within": "3s"},
               "expect": {"json": {"a": {"matches": "b"}, "c": None, "d": [1], "e": {"not_empty": True}}}}  # fmt: skip
    once = Request.model_validate(written)
    assert Request.model_validate(once.model_dump(mode="json", by_alias=True)) == once
    assert Request.model_validate(once.model_dump(mode="json", by_alias=True, exclude_none=True)) == once


def test_schema_for_editors_shows_the_authored_form() -> None:
    rules = Request.model_json_schema()["$defs"]["Expect"]["properties"]["json"]["additionalProperties"]["anyOf"]
    assert {"matches", "absent", "equals_saved", "not_empty"} == {
        name for rule in rules for name in rule.get("properties", {})
    }


def test_every_step_counts_whatever_the_author_wrote() -> None:
    steps = [Step(id=str(n), kind="request", params={}) for n in range(3)]
    (standing,) = SmokeSuite.spec.standing(steps)
    assert (standing.metric, str(standing.pass_), standing.min_samples) == ("check.failed", "== 0", 3)
    assert SmokeSuite.spec.most_samples("check.failed", steps, 10.0) == 3


def test_importing_the_suite_is_cheap() -> None:
    import subprocess
    import sys

    code = "import sys, suites.smoke.suite; print('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
