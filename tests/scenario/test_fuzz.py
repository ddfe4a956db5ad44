"""Whatever a file holds, the loader answers with a scenario or with a ScenarioError."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.errors import ScenarioError
from harness.scenario.schema import scenario_schema
from harness.scenario.yaml_source import parse_source
from tests.scenario.fakes import catalogue
from tests.scenario.samples import GOOD, load

_WORDS = sorted(
    {
        *GOOD.replace("{", " ").replace("}", " ").replace(",", " ").split(),
        *("at", "id", "fault", "warn", "~", "*", "&a", "<<", "!x", "0", "-1", "1e999", "yes", "true", ".nan", "> 5"),
        *("'", '"', "|", "---", "\t"),
    }
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(_WORDS), st.text(max_size=9))
_KEYS = st.one_of(st.sampled_from(_WORDS), st.text(max_size=5))
_TREES = st.recursive(
    _SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4))
)


@contextmanager
def _project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _survives(raw: str | bytes) -> bool:
    """True when it loads; False when it is refused in words. Anything else is an error of the loader."""
    with _project() as root:
        try:
            load(root, raw)
        except ScenarioError as error:
            problems = error.problems
        else:
            return True
    assert problems
    for problem in problems:
        assert problem.where.startswith("scenarios/load/baseline.yaml:")
        assert problem.what
    return False


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    assert not _survives(raw)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert not _survives(text.encode("utf-8", errors="surrogatepass"))


@given(st.lists(st.sampled_from([*_WORDS, ": ", "\n", "\n  ", "- ", "{", "}", "[", "]", ", ", "#"]), max_size=60))
def test_any_words_of_the_language(words: list[str]) -> None:
    assert not _survives("".join(words))


@given(_TREES)
def test_any_structure(tree: Any) -> None:
    assert not _survives(json.dumps(tree))


@given(st.data())
@settings(max_examples=100)
def test_a_sound_scenario_with_one_part_replaced(data: st.DataObject) -> None:
    document = parse_source(GOOD.encode(), "x").data
    here, steps = document, data.draw(st.integers(1, 5))
    for depth in range(steps):
        key = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else list(range(len(here)))))
        if depth == steps - 1 or not isinstance(here[key], dict | list) or not here[key]:
            here[key] = data.draw(_TREES)
            break
        here = here[key]
    _survives(json.dumps(document))


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.sampled_from([*_WORDS, "", "\n", ":", "{", "\x00"])), max_size=3)
)
@settings(max_examples=120)
def test_a_sound_scenario_with_text_typed_into_it(edits: list[tuple[int, str]]) -> None:
    text = GOOD
    for place, typed in edits:
        text = text[:place] + typed + text[place + len(typed) // 2 :]
    _survives(text)


def test_the_sound_scenario_survives() -> None:
    assert _survives(GOOD)
    assert scenario_schema(catalogue())["title"] == "launchgate scenario"
