"""Mail sent by the standard library's client arrives whole, and what a real server refuses is refused."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.kit.running import Double
from tests.doubles.mail.letters import letter, only

Connect = Callable[[Double], smtplib.SMTP]
GOLDEN = Path(__file__).parent / "golden"


def test_the_extensions_are_announced(mail: Double, connect: Connect) -> None:
    with connect(mail) as sender:
        sender.ehlo()
        assert sender.esmtp_features["size"] == "300000"
        assert {"8bitmime", "smtputf8"} <= sender.esmtp_features.keys()
        # Announced but unusable, AUTH would make senders that have a name fail.
        assert not {"auth", "starttls"} & sender.esmtp_features.keys()


def test_alternatives_and_an_attachment_arrive_whole(mail: Double, connect: Connect) -> None:
    pdf = bytes(range(256)) * 40
    message = letter("Ihre Bestellung – Grüße 🌼 " + "sehr " * 30 + "lang", text="Grüß Gott\n.\n..zwei Punkte\n")
    message.add_alternative("<p>Grüß Gott</p>", subtype="html")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="Kalender für Åsa.pdf")
    with connect(mail) as sender:
        assert sender.send_message(message) == {}
    seen = only(mail)
    assert seen["subject"] == message["Subject"]
    assert seen["text"] == "Grüß Gott\n.\n..zwei Punkte\n"
    assert seen["html"] == "<p>Grüß Gott</p>\n"
    assert seen["envelope"] == {"from": "shop@village.example", "to": ["ada@example.org"]}
    assert seen["attachments"] == [
        {
            "name": "Kalender für Åsa.pdf",
            "content_type": "application/pdf",
            "content_id": "",
            "size_bytes": len(pdf),
            "sha256": hashlib.sha256(pdf).hexdigest(),
        }
    ]
    assert seen["problems"] == []
    assert mail.http.get(f"/messages/{seen['id']}/attachments/1").content == pdf
    assert mail.http.get(f"/messages/{seen['id']}/attachments/2").status_code == 404


def test_the_raw_message_is_what_was_sent(mail: Double, connect: Connect) -> None:
    raw = "Subject: Grüße\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n.point\r\nähm\r\n".encode()
    with connect(mail) as sender:
        sender.sendmail("a@example.org", ["b@example.org"], raw, mail_options=["BODY=8BITMIME"])
    seen = only(mail)
    assert mail.http.get(f"/messages/{seen['id']}/raw").content == raw
    assert (seen["subject"], seen["text"]) == ("Grüße", ".point\nähm\n")
    assert seen["headers"] == [
        {"name": "Subject", "value": "Grüße"},
        {"name": "X-Twice", "value": "1"},
        {"name": "X-Twice", "value": "2"},
    ]


def test_international_addresses(mail: Double, connect: Connect) -> None:
    with connect(mail) as sender:
        sender.sendmail("jörg@example.org", ["用户@例え.jp"], "Subject: x\r\n\r\nx", mail_options=["SMTPUTF8"])
    assert only(mail)["envelope"] == {"from": "jörg@example.org", "to": ["用户@例え.jp"]}
    assert mail.http.get("/messages", params={"to": "用户@例え.jp"}).json()["count"] == 1


def test_many_recipients_one_message(mail: Double, connect: Connect) -> None:
    crowd = [f"guest{number}@example.org" for number in range(300)]
    with connect(mail) as sender:
        assert sender.sendmail("a@example.org", crowd, "Subject: all\r\n\r\nx") == {}
    assert only(mail)["envelope"] == {"from": "a@example.org", "to": crowd}
    # A blind copy is found by the envelope though no header names it.
    assert mail.http.get("/messages", params={"to": "GUEST299@example.org"}).json()["count"] == 1
    assert mail.http.get("/messages", params={"to": "guest300@example.org"}).json()["count"] == 0


def test_oversize_is_refused_by_announcement_and_by_count(mail: Double, connect: Connect) -> None:
    large = "Subject: large\r\n\r\n" + ("x" * 70 + "\r\n") * 5000
    with connect(mail) as sender:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            sender.sendmail("a@example.org", ["b@example.org"], large)
        assert announced.value.smtp_code == 552
        sender.rset()
        sender.mail("a@example.org")
        sender.rcpt("b@example.org")
        assert sender.data(large)[0] == 552
        # The connection stays usable.
        sender.sendmail("a@example.org", ["b@example.org"], "Subject: small\r\n\r\nx")
    assert only(mail)["subject"] == "small"


def test_alertmanagers_mail_is_read(mail: Double, connect: Connect) -> None:
    golden = (GOLDEN / "alertmanager.eml").read_bytes().replace(b"\n", b"\r\n")
    with connect(mail) as sender:
        sender.sendmail("alertmanager@village.example", ["oncall@village.example"], golden)
    seen = only(mail)
    assert seen["subject"] == "[FIRING:1] Umsatz fällt village-calendar (critical)"
    assert seen["text"] == "1 alert for alertname=UmsatzFällt\nFiring: paid orders per minute below 0.5 for 10m"
    assert '<a href="http://alertmanager:9093">View in Alertmanager</a>' in str(seen["html"])
    assert seen["problems"] == []


def test_a_name_is_asked_for_and_checked(guarded: Double, connect: Connect) -> None:
    with connect(guarded) as sender:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            sender.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\nx")
        assert refused.value.smtp_code == 530
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            sender.login("shop", "guess")
        assert wrong.value.smtp_code == 535
    assert guarded.http.get("/messages").json()["count"] == 0


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_both_mechanisms_over_starttls(guarded: Double, connect: Connect, mechanism: str) -> None:
    trusted = ssl.create_default_context(cadata=guarded.http.get("/certificate.pem").text)
    with connect(guarded) as sender:
        sender._host = "localhost"  # type: ignore[attr-defined]  # the name that the certificate is checked for
        assert sender.starttls(context=trusted)[0] == 220
        sender.ehlo()
        assert "starttls" not in sender.esmtp_features
        exchange = authenticate(sender, mechanism)
        assert exchange[0] == 235, exchange
        sender.sendmail("a@example.org", ["b@example.org"], "Subject: safe\r\n\r\nx")
    seen = only(guarded)
    assert (seen["encrypted"], seen["authenticated"], seen["subject"]) == (True, True, "safe")


def authenticate(sender: smtplib.SMTP, mechanism: str) -> tuple[int, bytes]:
    """Authenticate as Go's net/smtp and Alertmanager do: PLAIN at once, LOGIN by the two challenges.

    smtplib itself knows ASCII passwords only; the one here has an accent on purpose.
    """
    if mechanism == "PLAIN":
        return sender.docmd("AUTH", "PLAIN " + b64encode("\0shop\0sésame".encode()).decode())
    challenges = []
    code, asked = sender.docmd("AUTH", "LOGIN")
    for answer in ("shop", "sésame"):
        assert code == 334
        challenges.append(b64decode(asked).decode().lower())
        code, asked = sender.docmd(b64encode(answer.encode()).decode())
    assert challenges == ["username:", "password:"]
    return code, asked
