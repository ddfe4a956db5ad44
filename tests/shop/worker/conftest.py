"""What the tests of worker and mail share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from system_under_test.app.resources import Shop
from tests.shop.worker.support import Environment, MailDouble, mail_double


@pytest.fixture
def still(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop with a relay that sends nothing by itself."""
    monkeypatch.setattr(shop.relay, "turn", lambda: 0)
    return shop


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailDouble]:
    with mail_double() as double:
        yield double


@pytest.fixture
def postbox(mail_server: MailDouble) -> MailDouble:
    """An empty mail double without faults."""
    mail_server.reset()
    return mail_server


@pytest.fixture
def worker_environment(process_environment: Environment, postbox: MailDouble) -> Environment:
    return {**process_environment, "SHOP_SMTP_PORT": str(postbox.port)}
