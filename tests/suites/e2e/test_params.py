from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from suites.e2e.params import Journeys


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "select"),
        ({"select": []}, "at least 1 item"),
        ({"select": ["a", "a"]}, "named twice"),
        ({"select": ["A b"]}, "pattern"),
        ({"select": ["a"], "viewport": "watch"}, "desktop"),
        ({"select": ["a"], "allow_console": ["("]}, "no regular expression"),
        ({"select": ["a"], "allow_console": [""]}, "at least 1 character"),  # would allow everything
        ({"select": ["a"], "browsers": 4}, "Extra inputs"),
        ({"select": ["a"], "workers": 0}, "greater than or equal to 1"),
        ({"select": ["a"], "workers": 9}, "less than or equal to 8"),
        ({"select": ["a"], "times": 0}, "greater than or equal to 1"),
        ({"select": ["a"], "engine": "lynx"}, "chromium"),
        ({"select": ["a"], "timeout": 0}, "greater than 0"),
    ],
)
def test_refused(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Journeys.model_validate(params)


def test_reads_back_from_a_plan() -> None:
    made = Journeys.model_validate({"select": ["a-b"], "timeout": "30s", "viewport": "phone"})
    assert Journeys.model_validate(made.model_dump(mode="json", by_alias=True)) == made
