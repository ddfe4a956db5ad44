"""What the journeys read past the pages: amounts, tokens, PDFs, letters, and waiting for them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from suites.e2e.access_token import Token
from suites.e2e.failure import SetupProblem
from suites.e2e.mailbox import Letter, Mailbox
from suites.e2e.money import cents
from suites.e2e.paper import pages_of
from suites.e2e.patience import wait_for
from suites.e2e.people import new_person


@pytest.mark.parametrize(
    ("text", "value"),
    [("€24.80", 2480), ("Pay\n€1,024.05", 102405), ("Free", 0), ("−€3.00 refunded", -300), ("A4 €19.90", 1990)],
)
def test_amounts(text: str, value: int) -> None:
    assert cents(text) == value


@pytest.mark.parametrize("text", ["", "…", "24.80", "€24", "€1.00 of €2.00", "Choose a country"])
def test_no_amount_or_several_is_the_pages_fault(text: str) -> None:
    with pytest.raises(AssertionError, match="expected one amount in euros"):
        cents(text)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_is_taken_apart() -> None:
    token = Token.read(f"{part({'alg': 'HS256'})}.{part({'sub': 'anna', 'exp': 1})}.c2ln")
    assert (token.header, token.claims) == ({"alg": "HS256"}, {"sub": "anna", "exp": 1})


@pytest.mark.parametrize("text", ["", "opaque", "a.b", f"{part({})}.{part({})}.", "a.b.c", f"{part([1])}.{part({})}.c"])
def test_what_is_no_token(text: str) -> None:
    with pytest.raises(AssertionError, match="expected a "):
        Token.read(text)


def test_the_text_of_a_pdf(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "a.typ"
    source.write_text("= The first office\n#pagebreak()\nTea with\\ Grandma", encoding="utf-8")
    file = tmp_path / "a.pdf"
    typst.compile(str(source), output=str(file))
    assert pages_of(file) == ["The first office", "Tea with Grandma"]  # ligatures and line ends are gone


def test_what_is_no_pdf(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_bytes(b"<html>sorry</html>" * 20)
    with pytest.raises(AssertionError, match=r"expected no\.pdf to be a PDF that can be read"):
        pages_of(tmp_path / "no.pdf")


def test_waiting_ends_with_the_first_good_look() -> None:
    looks = iter([0, 0, 7, 8])
    assert wait_for(lambda: next(looks), bool, "something") == 7


def test_waiting_in_vain_says_what_was_seen_last() -> None:
    with pytest.raises(AssertionError, match=r"expected two letters within 0 s, got \['one'\]"):
        wait_for(lambda: ["one"], lambda seen: len(seen) == 2, "two letters", 0)


def test_nobody_is_met_twice() -> None:
    first, second = new_person("Anna Becker"), new_person("Anna Becker")
    assert first.email != second.email
    assert first.name != second.name
    assert first.email.startswith("anna.")


@contextmanager
def double(*letters: Letter) -> Iterator[str]:
    """Answers as the mail double does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/messages":
                found: Any = {
                    "messages": [
                        {"id": number}
                        for number, one in enumerate(letters)
                        if query["to"][0] in one.recipients and query.get("subject", [""])[0] in one.subject
                    ]
                }
            else:
                one = letters[int(path.rpartition("/")[2])]
                found = {"subject": one.subject, "envelope": {"to": list(one.recipients)}, "text": one.text}
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_letters_are_found_by_address_and_subject() -> None:
    mine = Letter("Your order 100001 is confirmed", ("anna+1@example.org",), "Hello")
    other = Letter("Your order 100002 is confirmed", ("bert@example.org",), "Hello")
    with double(mine, other) as url:
        assert Mailbox(url + "/").letters_to("anna+1@example.org") == [mine]
        assert Mailbox(url).wait_for_letter("bert@example.org", "100002") == [other]
        assert Mailbox(url).letters_to("bert@example.org", "100001") == []
        with pytest.raises(AssertionError, match=r"expected a letter to carl@example\.org about “1” within 0 s"):
            Mailbox(url).wait_for_letter("carl@example.org", "1", seconds=0)


def test_a_mailbox_that_is_not_there_is_not_the_shops_fault() -> None:
    with pytest.raises(SetupProblem, match=r"the mailbox at http://127\.0\.0\.1:9 does not answer"):
        Mailbox("http://127.0.0.1:9").letters_to("anna@example.org")
