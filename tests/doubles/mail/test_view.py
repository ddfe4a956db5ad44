"""The HTTP view: search, the long-poll, bounded memory, broken messages, and pages that trust nobody."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.doubles.kit.running import Double
from tests.doubles.mail.letters import letter, only

Connect = Callable[[Double], smtplib.SMTP]
EVIL = '<script>alert("x")</script>'


def test_search_newest_first(mail: Double, connect: Connect) -> None:
    with connect(mail) as sender:
        for number, to in enumerate(["ada@example.org", "bob@example.org", "ada@example.org"], 1):
            sender.send_message(letter(f"Order {number} PAID", to))
    listed = mail.http.get("/messages").json()
    assert [entry["subject"] for entry in listed["messages"]] == ["Order 3 PAID", "Order 2 PAID", "Order 1 PAID"]

    def found(**params: str | int) -> list[str]:
        answer = mail.http.get("/messages", params=params)
        assert answer.status_code == 200
        return [entry["subject"][6:7] for entry in answer.json()["messages"]]

    assert found(to="Ada@Example.org") == ["3", "1"]
    assert found(to="ada") == []
    assert found(subject="2 paid") == ["2"]
    assert found(to="ada@example.org", subject="2") == []
    assert found(limit=1) == ["3"]
    second = datetime.fromisoformat(listed["messages"][1]["received_at"])
    assert found(since=second.isoformat()) == ["3", "2"]
    assert found(since=second.replace(tzinfo=None).isoformat()) == ["3", "2"]
    assert found(since=(second + timedelta(hours=1)).isoformat()) == []
    assert mail.http.get("/messages", params={"since": "yesterday"}).status_code == 422


def test_the_long_poll_wakes_for_its_own_message(mail: Double, connect: Connect) -> None:
    def send() -> None:
        with connect(mail) as sender:
            sender.send_message(letter("Not this one", "bob@example.org"))
            sender.send_message(letter("Your order", "ada@example.org", "Thank you"))

    answer = mail.woken("/messages/wait", {"to": "ada@example.org", "subject": "order"}, send)
    assert answer.status_code == 200
    assert (answer.json()["subject"], answer.json()["text"]) == ("Your order", "Thank you\n")


def test_the_long_poll_says_when_nothing_came(mail: Double) -> None:
    answer = mail.http.get("/messages/wait", params={"to": "ada@example.org", "timeout": 0.05})
    assert answer.status_code == 408
    assert answer.json()["error"] == "nothing_arrived"
    for timeout in ("-1", "61", "inf", "nan"):
        assert mail.http.get("/messages/wait", params={"timeout": timeout}).status_code == 422


def test_memory_is_bounded_by_count_and_by_bytes(mail: Double, connect: Connect) -> None:
    with connect(mail) as sender:
        for number in range(125):
            sender.sendmail("a@example.org", ["b@example.org"], f"Subject: {number}\r\n\r\nx")
        listed = mail.http.get("/messages", params={"limit": 500}).json()
        assert (listed["count"], listed["forgotten"]) == (120, 5)
        assert [listed["messages"][0]["subject"], listed["messages"][-1]["subject"]] == ["124", "5"]
        for number in range(5):
            sender.sendmail("a@example.org", ["b@example.org"], f"Subject: large {number}\r\n\r\n" + "x\r\n" * 90_000)
    kept = mail.http.get("/messages", params={"limit": 500}).json()["messages"]
    assert [entry["subject"] for entry in kept[:3]] == ["large 4", "large 3", "large 2"]
    assert sum(entry["size_bytes"] for entry in kept) <= 1_000_000


def test_delete_forgets_and_ids_are_never_used_again(mail: Double, connect: Connect) -> None:
    with connect(mail) as sender:
        sender.send_message(letter("one"))
        first = only(mail)["id"]
        assert mail.http.delete("/messages").json() == {"deleted": 1}
        assert mail.http.get(f"/messages/{first}").status_code == 404
        sender.send_message(letter("two"))
    assert only(mail)["id"] != first


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all\r\n",
        b"Subject: \xff\xfe\r\n\r\n\xff",
        b"Subject: =?utf-8?b?7aCA?=\r\n\r\nx",
        b"From: =?x\r\nTo: ,,<\r\nSubject: =?nonsense?q?x?=\r\nMessage-ID: <\r\n\r\nx",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nx\xff",
        b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800",
        b"Content-Type: text/plain; charset=base64\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n",
    ],
    ids=range(10),
)
def test_broken_messages_are_shown_as_far_as_they_can_be(mail: Double, connect: Connect, raw: bytes) -> None:
    with connect(mail) as sender:
        sender.sendmail("a@example.org", ["b@example.org"], raw)
    listed = mail.http.get("/messages").json()["messages"]
    number = listed[0]["id"]
    assert mail.http.get(f"/messages/{number}").status_code == 200
    assert mail.http.get(f"/messages/{number}/raw").content.rstrip() == raw.rstrip()
    for show in ("text", "html", "headers"):
        assert mail.http.get(f"/inbox/{number}", params={"show": show}).status_code == 200
    assert mail.http.get("/").status_code == 200


@pytest.mark.parametrize("charset", ["nonsense", "base64", "rot13"])
def test_text_in_an_unknown_charset_is_read_as_utf8(mail: Double, connect: Connect, charset: str) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\nGrüße\r\n".encode() + b"\xff\r\n"
    with connect(mail) as sender:
        sender.sendmail("a@example.org", ["b@example.org"], raw)
    assert only(mail)["text"] == "Grüße\n\ufffd\n"


def test_absurd_nesting_is_told_and_ends_nothing(mail: Double, connect: Connect) -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(1500))
    with connect(mail) as sender:
        sender.sendmail("a@example.org", ["b@example.org"], raw)
    assert only(mail)["problems"] == ["nested too deeply to be read"]


def test_pages_trust_no_message(mail: Double, connect: Connect) -> None:
    message = letter(f"Subject {EVIL}", text=f"Text {EVIL}")
    message.replace_header("From", f'"{EVIL.replace(chr(34), "")}" <a@example.org>')
    message.add_alternative(f"<p onclick='x()'>HTML {EVIL}</p>", subtype="html")
    message.add_attachment(b"x", maintype="text", subtype="html", filename=f"{EVIL}.html")
    with connect(mail) as sender:
        sender.send_message(message)
    number = only(mail)["id"]
    for path in ("/", f"/inbox/{number}", f"/inbox/{number}?show=html", f"/inbox/{number}?show=headers"):
        page = mail.http.get(path)
        assert "<script" not in page.text, path
        assert "&lt;script&gt;" in page.text, path
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'"), path
        assert "unsafe" not in policy
        assert "script-src" not in policy
    found = mail.http.get("/", params={"subject": EVIL})
    assert "<script" not in found.text
    assert "Text &lt;script&gt;" in mail.http.get(f"/inbox/{number}").text
    framed = mail.http.get(f"/inbox/{number}", params={"show": "html"}).text
    assert f'<iframe src="/messages/{number}/html" sandbox title=' in framed


def test_the_html_part_is_sandboxed_wherever_it_is_opened(mail: Double, connect: Connect) -> None:
    message = letter()
    message.add_alternative(f"<p>HTML {EVIL}</p>", subtype="html")
    with connect(mail) as sender:
        sender.send_message(message)
    part = mail.http.get(f"/messages/{only(mail)['id']}/html")
    rules = [rule.strip() for rule in part.headers["content-security-policy"].split(";")]
    # "sandbox" with nothing allowed: no script and an origin of its own, even outside the frame.
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"} <= set(rules)
    assert part.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there(mail: Double, connect: Connect) -> None:
    for path in ("/messages/999999", "/messages/999999/raw", "/inbox/999999", "/certificate.pem"):
        assert mail.http.get(path).status_code == 404, path
    with connect(mail) as sender:
        sender.send_message(letter())
    assert mail.http.get(f"/messages/{only(mail)['id']}/html").status_code == 404
