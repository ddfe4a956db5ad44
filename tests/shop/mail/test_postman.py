"""The way of a letter to the mail server, with all that can happen on it."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import httpx
import pytest
from dramatiq.errors import Retry
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from system_under_test.app.resources import Shop
from system_under_test.mail import service
from system_under_test.mail.postman import LONGEST_PAUSE_SECONDS, Postman, pause_seconds
from system_under_test.mail.service import add_mail
from system_under_test.mail.smtp import Postbox
from system_under_test.printing.items import add_item_jobs
from system_under_test.worker.errors import GivenUpError
from tests.shop.worker.support import MailDouble, header, mail_double, mail_of, place_order, row


def postman_to(shop: Shop, port: int, registry: CollectorRegistry | None = None, **changes: Any) -> Postman:
    settings = shop.settings.model_copy(update={"smtp_port": port, **changes})
    return Postman(settings, shop.database, registry or CollectorRegistry())


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def postman(still: Shop, postbox: MailDouble, registry: CollectorRegistry) -> Postman:
    return postman_to(still, postbox.port, registry)


@pytest.fixture
def mail(still: Shop) -> uuid.UUID:
    with still.database.write() as session:
        placed = place_order(session, "Our house")
        add_mail(session, "confirmation", placed.id, placed.id)
        return mail_of(session, placed.id)


def counted(registry: CollectorRegistry, outcome: str) -> float:
    return registry.get_sample_value("shop_mails_total", {"kind": "confirmation", "outcome": outcome}) or 0


def test_a_letter_arrives_once_and_is_sent(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID, registry: CollectorRegistry
) -> None:
    postman.send_mail(str(mail))
    postman.send_mail(str(mail))
    (message,) = postbox.messages()
    assert header(message, "Message-ID") == f"<{mail}@village-calendar.example>"
    assert not message["problems"]
    assert "Our house" in message["text"]
    assert "Our house" in message["html"]
    after = row(still, "mails", mail)
    assert (after.status, after.attempts, after.error) == ("SENT", 1, None)
    assert after.sent_at is not None
    assert counted(registry, "sent") == 1


def test_unknown_letter_is_ignored(postman: Postman, postbox: MailDouble) -> None:
    postman.send_mail(str(uuid.uuid4()))
    assert postbox.messages() == []


def test_server_away_is_tried_again(still: Shop, postbox: MailDouble, mail: uuid.UUID) -> None:
    with pytest.raises(Retry) as again:
        postman_to(still, 9).send_mail(str(mail))
    assert again.value.delay is not None
    waiting = row(still, "mails", mail)
    assert (waiting.status, waiting.attempts) == ("QUEUED", 1)
    assert waiting.error == "The mail server could not be reached."
    postman_to(still, postbox.port).send_mail(str(mail))
    assert len(postbox.messages()) == 1
    assert row(still, "mails", mail).error is None


def test_4xx_is_tried_again(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID, registry: CollectorRegistry
) -> None:
    postbox.fail("tempfail", 2)
    for attempt in (1, 2):
        with pytest.raises(Retry):
            postman.send_mail(str(mail))
        assert row(still, "mails", mail).attempts == attempt
    assert "451" in row(still, "mails", mail).error
    postman.send_mail(str(mail))
    assert row(still, "mails", mail).status == "SENT"
    assert len(postbox.messages()) == 1
    assert (counted(registry, "again"), counted(registry, "sent")) == (2, 1)


def test_5xx_is_final(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID, registry: CollectorRegistry
) -> None:
    postbox.fail("refuse", 1)
    with pytest.raises(GivenUpError):
        postman.send_mail(str(mail))
    after = row(still, "mails", mail)
    assert after.status == "FAILED"
    assert after.error == "The mail server refused the letter for good (554)."
    postman.send_mail(str(mail))
    assert postbox.messages() == []
    assert counted(registry, "failed") == 1


def test_the_last_attempt_ends_it_and_reopening_begins_anew(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID
) -> None:
    with still.database.write() as session:
        session.execute(text("UPDATE mails SET attempts = :n"), {"n": service.MAX_ATTEMPTS - 1})
    postbox.fail("tempfail", 1)
    with pytest.raises(GivenUpError):
        postman.send_mail(str(mail))
    assert row(still, "mails", mail).status == "FAILED"
    with still.database.write() as session:
        assert service.reopen(session, mail)
        assert not service.reopen(session, mail)
    postman.send_mail(str(mail))
    assert row(still, "mails", mail).status == "SENT"


def test_lost_answer_repeats_the_same_message(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID
) -> None:
    postbox.fail("drop_after_data", 1)
    with pytest.raises(Retry):
        postman.send_mail(str(mail))
    postman.send_mail(str(mail))
    first, second = postbox.messages()
    assert header(first, "Message-ID") == header(second, "Message-ID")
    assert header(first, "Date") == header(second, "Date")
    assert row(still, "mails", mail).status == "SENT"


def test_two_workers_with_the_same_message_send_one_letter(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, go = threading.Event(), threading.Event()
    deliver = Postbox.deliver

    def slow(*arguments: Any) -> None:
        sending.set()
        assert go.wait(20)
        deliver(*arguments)

    monkeypatch.setattr(Postbox, "deliver", slow)
    first = threading.Thread(target=postman.send_mail, args=(str(mail),))
    first.start()
    assert sending.wait(20)
    postman_to(still, postbox.port).send_mail(str(mail))
    go.set()
    first.join(20)
    assert len(postbox.messages()) == 1
    assert row(still, "mails", mail).attempts == 1


def test_confirmation_waits_a_moment_for_its_pdfs(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID
) -> None:
    with still.database.write() as session:
        add_item_jobs(session, row(still, "mails", mail).order_id)
    with pytest.raises(Retry):
        postman.send_mail(str(mail))
    assert row(still, "mails", mail).attempts == 0
    with still.database.write() as session:
        session.execute(text("UPDATE mails SET created_at = now() - interval '1 minute'"))
    postman.send_mail(str(mail))
    assert len(postbox.messages()) == 1


def test_address_that_is_none_fails_at_once(still: Shop, postman: Postman, postbox: MailDouble) -> None:
    with still.database.write() as session:
        placed = place_order(session, email="")
        add_mail(session, "confirmation", placed.id, placed.id)
        key = mail_of(session, placed.id)
    with pytest.raises(GivenUpError):
        postman.send_mail(str(key))
    assert row(still, "mails", key).status == "FAILED"


def test_starttls_and_login(still: Shop, mail: uuid.UUID, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    login = ("--username", "shop", "--password", "hidden-word")
    with mail_double("--starttls", "on", *login) as double:
        wanted = {"smtp_security": "starttls", "smtp_user": "shop"}
        secret = type(still.settings.smtp_password)
        good = postman_to(still, double.port, **wanted, smtp_password=secret("hidden-word"))
        with pytest.raises(Retry):
            good.send_mail(str(mail))  # nobody knows this certificate
        (tmp_path / "ca.pem").write_text(httpx.get(double.url + "/certificate.pem").text)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with pytest.raises(Retry):
            postman_to(still, double.port, **wanted, smtp_password=secret("wrong")).send_mail(str(mail))
        assert double.messages() == []
        good.send_mail(str(mail))
        (message,) = double.messages()
        assert message["encrypted"]
        assert message["authenticated"]


def test_starttls_is_never_left_out(still: Shop, postbox: MailDouble, mail: uuid.UUID) -> None:
    with pytest.raises(Retry):
        postman_to(still, postbox.port, smtp_security="starttls").send_mail(str(mail))
    assert postbox.messages() == []


def test_silent_server_costs_a_timeout_not_the_worker(
    still: Shop, postman: Postman, postbox: MailDouble, mail: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("system_under_test.mail.smtp.TIMEOUT_SECONDS", 0.2)
    postbox.fail("slow", 1, seconds=2)
    with pytest.raises(Retry):
        postman.send_mail(str(mail))
    assert row(still, "mails", mail).error == "The mail server went away in the middle."
    postman.send_mail(str(mail))
    assert len(postbox.messages()) == 1


def test_pauses_grow_and_differ() -> None:
    assert all(0.9 <= pause_seconds(1) <= 2 for _ in range(50))
    assert len({pause_seconds(5) for _ in range(50)}) > 40
    assert all(pause_seconds(40) <= LONGEST_PAUSE_SECONDS for _ in range(50))
    assert pause_seconds(40) >= LONGEST_PAUSE_SECONDS / 2


def test_lost_letters_are_written_again(still: Shop, mail: uuid.UUID) -> None:
    def rescue() -> int:
        with still.database.write() as session:
            return service.rescue_lost_mails(session, tried_seconds=600, untried_seconds=60)

    with still.database.write() as session:
        session.execute(text("DELETE FROM outbox"))
    assert rescue() == 0
    with still.database.write() as session:
        session.execute(text("UPDATE mails SET updated_at = now() - interval '2 minutes'"))
    assert rescue() == 1
    assert rescue() == 0
    with still.database.write() as session:
        session.execute(text("DELETE FROM outbox"))
        session.execute(text("UPDATE mails SET attempts = 1, updated_at = now() - interval '2 minutes'"))
    assert rescue() == 0
    with still.housekeeping.read() as session:
        assert service.count_by_status(session) == {"QUEUED": 1}
