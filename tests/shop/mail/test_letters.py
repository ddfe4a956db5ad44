"""What the letters say, and what nobody can make them say."""

from __future__ import annotations

import email
import re
import uuid
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from system_under_test.app.resources import Shop
from system_under_test.mail.compose import BadAddressError, address_of, compose
from system_under_test.mail.letter import Letter, load_letter
from system_under_test.mail.service import MailKind, add_mail
from system_under_test.printing.items import add_item_jobs
from system_under_test.worker.actors import Workshop
from tests.shop.worker.support import mail_of, place_order, rows


def letter_of(shop: Shop, kind: MailKind = "confirmation", **order: Any) -> Letter:
    titles = order.pop("titles", ("Our house", "Für Oma"))
    with shop.database.write() as session:
        placed = place_order(session, *titles, **order)
        subject = placed.id
        if kind == "refunded":
            subject = uuid.uuid4()
            session.execute(
                text(
                    "INSERT INTO refunds (id, order_id, amount_cents, idempotency_key)"
                    " VALUES (:id, :order_id, 1234, :id)"
                ),
                {"id": subject, "order_id": placed.id},
            )
        add_mail(session, kind, placed.id, subject)
        found = load_letter(session, mail_of(session, placed.id))
    assert found is not None
    return found


def sent_form(shop: Shop, letter: Letter) -> EmailMessage:
    """The message as a mail program reads it."""
    parsed = email.message_from_bytes(compose(letter, shop.settings).as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def both_parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_confirmation_has_items_money_address_and_the_way_to_the_order(still: Shop) -> None:
    letter = letter_of(still)
    message = sent_form(still, letter)
    assert message["Subject"] == f"Thank you: your order {letter.number} is confirmed"
    assert message["To"] == "Ana Müller <ana@example.org>"
    assert message["From"] == f"Village Calendar <{still.settings.mail_from}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{letter.mail_id}@village-calendar.example>"
    assert not list(message.iter_attachments())
    for part in both_parts(message):
        for wanted in (
            str(letter.number), "Our house", "Für Oma", "2027", "Wall calendar A4", "€39.80", "€79.60", "€4.90",
            "€84.50", "€7.11", "Hauptstr. 1", "80331 MÜNCHEN", "GERMANY", f"http://127.0.0.1:8000/orders/{letter.order_id}",
        ):  # fmt: skip
            assert wanted in part
        assert "/downloads/" not in part
        assert "PDF" in part


def test_finished_pdfs_are_linked_the_others_are_promised(still: Shop) -> None:
    letter = letter_of(still)
    with still.database.write() as session:
        add_item_jobs(session, letter.order_id)
        (first, second) = session.scalars(text("SELECT id FROM order_items ORDER BY position")).all()
    Workshop(still.database, still.store, CollectorRegistry()).make_pdf(str(first))
    with still.database.read() as session:
        loaded = load_letter(session, letter.mail_id)
    assert loaded is not None
    for part in both_parts(sent_form(still, loaded)):
        assert f"/downloads/{first}?expires=" in part
        assert f"/downloads/{second}" not in part
        assert re.search(r"PDFs? (is|at|are)|more PDFs", part)


def test_a_repeated_letter_is_the_same_message(still: Shop) -> None:
    letter = letter_of(still)
    first, second = (compose(letter, still.settings) for _ in range(2))
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


@pytest.mark.parametrize(
    ("kind", "words"), [("shipped", "on its way"), ("refunded", "€12.34"), ("confirmation", "confirmed")]
)
def test_every_kind_has_text_and_html(still: Shop, kind: MailKind, words: str) -> None:
    letter = letter_of(still, kind)
    message = sent_form(still, letter)
    assert str(letter.number) in message["Subject"]
    for part in both_parts(message):
        assert words in part
        assert f"/orders/{letter.order_id}" in part
        assert still.settings.support_email in part
        assert "None" not in part


HOSTILE = "Ana\r\nBcc: victim@example.com\r\n\r\nBuy now\u2028x\x00"


def test_no_name_adds_a_header_or_a_line(still: Shop) -> None:
    with still.database.write() as session:
        place_order(session)  # the product
    letter = letter_of(
        still,
        titles=(HOSTILE.replace("\x00", ""),),
        ship_name=HOSTILE.replace("\x00", ""),
        ship_line1="x\nTotal: €0.00",
        ship_city="y\r\nSubject: z",
    )
    message = sent_form(still, letter)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Thank you")
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "ana@example.org"
    plain, _ = both_parts(message)
    assert not any(line.startswith(("Bcc:", "Buy now", "Total: €0", "Subject:")) for line in plain.splitlines())
    assert {name.lower() for name in message.keys()} == {  # noqa: SIM118 - no mapping
        "from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
        "content-language", "mime-version", "content-type",
    }  # fmt: skip


def test_words_of_customers_are_escaped_in_html(still: Shop) -> None:
    hostile = '<script>alert(1)</script><img src="http://x">'
    letter = letter_of(still, titles=(hostile,), ship_name=hostile, ship_line1=hostile)
    plain, html = both_parts(sent_form(still, letter))
    assert "<script" not in html
    assert "<img" not in html
    assert hostile in plain


@pytest.mark.parametrize(
    "address",
    ["", "ana", "@example.org", "ana@", "a\nb@example.org", "ana@example.org\r\nBcc: b@example.org", "a b@example.org"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddressError):
        address_of(address, "Ana")


def test_addresses_of_all_scripts(still: Shop) -> None:
    assert address_of("ana@münchen.example", "Ана").addr_spec == "ana@xn--mnchen-3ya.example"
    message = compose(letter_of(still, email="аня@example.org"), still.settings)
    assert "аня@example.org".encode() in message.as_bytes()


def test_one_letter_of_a_kind_for_each_subject(still: Shop) -> None:
    letter = letter_of(still)
    with still.database.write() as session:
        assert not add_mail(session, "confirmation", letter.order_id, letter.order_id)
        assert add_mail(session, "shipped", letter.order_id, letter.order_id)
    assert len(rows(still, "mails")) == 2
    assert [message.actor for message in rows(still, "outbox")] == ["send_mail", "send_mail"]
