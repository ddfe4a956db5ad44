"""Running mail doubles for the tests: an open one, and one that asks for a name and offers encryption."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from system_under_test.doubles.kit.command import listen
from system_under_test.doubles.mail.app import create_app
from system_under_test.doubles.mail.settings import MailSettings
from tests.doubles.kit.running import Double, running

SIZE_LIMIT = 300_000


@contextmanager
def running_mail(settings: MailSettings) -> Iterator[Double]:
    smtp = listen("test", "127.0.0.1", 0)
    port = smtp.getsockname()[1]
    with running(create_app(settings, smtp), smtp=port) as double:
        yield double


@pytest.fixture(scope="package")
def open_double() -> Iterator[Double]:
    with running_mail(MailSettings(size_limit=SIZE_LIMIT, max_messages=120, max_bytes=1_000_000)) as double:
        yield double


@pytest.fixture(scope="package")
def guarded_double() -> Iterator[Double]:
    with running_mail(MailSettings(username="shop", password="sésame", starttls=True)) as double:
        yield double


@pytest.fixture
def mail(open_double: Double) -> Double:
    open_double.reset()
    return open_double


@pytest.fixture
def guarded(guarded_double: Double) -> Double:
    guarded_double.reset()
    return guarded_double


@pytest.fixture
def connect() -> Callable[[Double], smtplib.SMTP]:
    return lambda double: smtplib.SMTP("127.0.0.1", double.ports["smtp"], "tester.example", timeout=15)
