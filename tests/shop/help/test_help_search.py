"""The search: order, marks, nothing found, hostile questions."""

from __future__ import annotations

import re

import httpx
import pytest

from system_under_test.help.library import Library
from system_under_test.help.search import QUERY_LENGTH, Search, snippet_of, words_of


@pytest.fixture(scope="module")
def search(library: Library) -> Search:
    return Search(library)


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("privacy", "/legal/privacy"),
        ("Refunds", "/help/ordering#refunds"),
        ("how do I delete my account?", "/help/account#deleting-your-account"),
        ("card declined", "/help/ordering#when-the-card-is-declined"),
        ("full moon wrong day", "/help/faq#why-is-the-moon-full-on-another-day-in-my-diary"),
        ("EMOJI", "/help/editor#emoji-picker"),
        ("Köln", None),
        ("tracking", "/help/ordering#following-your-order"),
    ],
)
def test_the_best_answer_comes_first(search: Search, question: str, address: str | None) -> None:
    hits = search.find(question)
    assert (hits[0].address if hits else None) == address


def test_title_before_heading_before_text(search: Search) -> None:
    found = [hit.address for hit in search.find("editor")]
    assert found[0] == "/help/editor"
    holidays = [hit.address for hit in search.find("holidays")]
    heading, text = holidays.index("/help/editor#holidays"), holidays.index("/help/editor#regions")
    assert heading < text


def test_every_word_counts_and_half_a_question_is_no_answer(search: Search) -> None:
    both = search.find("gift box")
    assert both
    assert all("gift" in hit.snippet.lower() for hit in both)
    assert search.find("gift xylophone zebra") == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "xylophone", "\0", "%"])
def test_nothing_is_found(search: Search, client: httpx.Client, question: str) -> None:
    assert search.find(question) == []
    page = client.get("/help/search", params={"q": question})
    assert page.status_code == 200
    assert 'href="/help/getting-started"' in page.text, "the index is offered"


def test_what_was_found_is_marked_and_the_rest_escaped() -> None:
    text = "Before <b>it</b> all " + "word " * 40 + "there is Köln & more, " + "word " * 60
    snippet = str(snippet_of(text, words_of("koln")))
    assert "<mark>Köln</mark> &amp; more" in snippet
    assert snippet.startswith("… word")
    assert snippet.endswith("word …")
    assert snippet_of("1 < 2 <script>", words_of("script")) == "1 &lt; 2 &lt;<mark>script</mark>&gt;"


def test_a_hostile_question_stays_text(client: httpx.Client) -> None:
    page = client.get("/help/search", params={"q": '"><script>alert(1)</script> holidays {{7*7}}'}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page


def test_a_long_question_is_cut(client: httpx.Client) -> None:
    page = client.get("/help/search", params={"q": "holidays " + "x" * 5000})
    assert page.status_code == 200
    assert "x" * QUERY_LENGTH not in page.text
    assert "we looked for its beginning" in page.text
    assert not re.search("was long", client.get("/help/search?q=holidays").text)
