"""Faults: each shows itself to the sender as the real trouble does, for exactly as many messages as ordered."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

import pytest

from tests.doubles.kit.running import Double
from tests.doubles.mail.letters import letter, only

Connect = Callable[[Double], smtplib.SMTP]


@pytest.mark.parametrize(("mode", "code"), [("refuse", 554), ("tempfail", 451)])
def test_refusals_count_messages(mail: Double, connect: Connect, mode: str, code: int) -> None:
    mail.fault(mode, next=2)
    with connect(mail) as sender:
        for _ in range(2):
            with pytest.raises(smtplib.SMTPDataError) as error:
                sender.send_message(letter("refused", to="a@example.org, b@example.org"))
            assert error.value.smtp_code == code
        sender.send_message(letter("taken"))
    assert only(mail)["subject"] == "taken"


def test_a_lost_answer_leaves_a_message_that_the_sender_knows_nothing_of(mail: Double, connect: Connect) -> None:
    mail.fault("drop_after_data")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        connect(mail).send_message(letter("twice"))
    with connect(mail) as sender:
        sender.send_message(letter("twice"))
    listed = mail.http.get("/messages").json()["messages"]
    assert [(entry["subject"], entry["answered"]) for entry in listed] == [("twice", True), ("twice", False)]
    assert "answer lost" in mail.http.get("/").text


def test_a_slow_server_outlasts_an_impatient_sender(mail: Double) -> None:
    mail.fault("slow", seconds=20)
    sender = smtplib.SMTP("127.0.0.1", mail.ports["smtp"], timeout=0.3)
    try:
        with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
            sender.send_message(letter("late"))
    finally:
        sender.close()
    assert mail.http.get("/messages").json()["count"] == 0


def test_a_slow_server_answers_in_the_end(mail: Double, connect: Connect) -> None:
    mail.fault("slow", seconds=0.05)
    with connect(mail) as sender:
        sender.send_message(letter("late"))
    assert only(mail)["answered"] is True


def test_a_reset_ends_the_fault(mail: Double, connect: Connect) -> None:
    mail.fault("refuse", next=100)
    mail.reset()
    with connect(mail) as sender:
        sender.send_message(letter("taken"))
    assert only(mail)["subject"] == "taken"
