"""The bracket form decoder against the encoder of the official library."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from system_under_test.doubles.stripe.errors import ApiError
from system_under_test.doubles.stripe.forms import MAX_DEPTH, MAX_FIELDS, Tree, decode_form

KEYS = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=8)
LEAVES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.integers()
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def expected(value: Any) -> str | Tree | None:
    """What the decoder must give: lists by index, everything as text, nothing for empty containers."""
    if isinstance(value, list):
        value = {str(place): element for place, element in enumerate(value)}
    if isinstance(value, dict):
        tree = {key: found for key, inner in value.items() if (found := expected(inner)) is not None}
        return tree or None
    return str(value)


@given(st.dictionaries(KEYS, NESTED, max_size=5))
def test_decodes_what_the_official_library_encodes(params: dict[str, Any]) -> None:
    assert decode_form(urlencode(list(_api_encode(params)))) == (expected(params) or {})


@given(st.dictionaries(KEYS, NESTED, max_size=5))
def test_literal_brackets_mean_the_same_as_escaped_ones(params: dict[str, Any]) -> None:
    escaped = urlencode(list(_api_encode(params)))
    assert decode_form(escaped.replace("%5B", "[").replace("%5D", "]").encode()) == decode_form(escaped)


@given(st.binary(max_size=200) | st.text("ab[]=&%0", max_size=60).map(str.encode))
def test_any_body_is_decoded_or_refused_as_a_bad_request(body: bytes) -> None:
    try:
        tree = decode_form(body)
    except ApiError as error:
        refused = error.status
    else:
        refused = 0
        assert isinstance(tree, dict)
    assert refused in {0, 400}


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        ("a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}),
        ("a[][x]=1&a[][y]=2&a[][x]=3", {"a": {"0": {"x": "1", "y": "2"}, "1": {"x": "3"}}}),
        ("a[1]=x&a[]=y", {"a": {"1": "x", "2": "y"}}),
        ("a=1&a=2", {"a": "2"}),
        ("a=", {"a": ""}),
        ("a[b=1", {"a[b": "1"}),
        ("metadata[0]=x", {"metadata": {"0": "x"}}),
    ],
)
def test_other_ways_to_write_lists(body: str, tree: Tree) -> None:
    assert decode_form(body) == tree


@pytest.mark.parametrize(
    "body",
    ["a=1&a[b]=2", "a[b]=2&a=1", "a" + "[b]" * MAX_DEPTH + "=1", "a=%ff", "&".join(["a=1"] * (MAX_FIELDS + 1))],
)
def test_contradiction_depth_encoding_and_number_are_refused(body: str) -> None:
    with pytest.raises(ApiError):
        decode_form(body)
