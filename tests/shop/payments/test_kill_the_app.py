"""The app's power is cut at every step from the order to the queue; the customer and the provider try again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from system_under_test.app.factory import create_app
from system_under_test.settings import AppSettings
from tests.shop.conftest import RunningApp
from tests.shop.helpers import answers, free_port, wait_until
from tests.shop.payments.power_cuts import check_invariants, faulty, wait_for_cut
from tests.shop.payments.till import EVERY_TABLE, Customer, Stripe, Till, stripe_process
from tests.shop.worker.conftest import mail_server
from tests.shop.worker.support import MailDouble, worker

__all__ = ["mail_server"]

PLACING = {
    "order written, not committed": ("system_under_test.orders.operations:placing.place", "after", 1),
    "order committed, no payment page": ("system_under_test.orders.operations:pay_page.open_pay_page", "before", 1),
    "payment page made, not stored": ("system_under_test.payments.gateway:Gateway.open_pay_page", "after", 1),
    "payment page stored, not committed": ("system_under_test.orders.pay_page:_keep_page", "after", 1),
    "payment page committed, no answer": ("system_under_test.orders.operations:pay_page.open_pay_page", "after", 1),
}
PAYING = {
    "event verified, not written": ("system_under_test.payments.webhook:keep_event", "before", 1),
    "event written, not committed": ("system_under_test.payments.webhook:keep_event", "after", 1),
    "second event written, not committed": ("system_under_test.payments.webhook:keep_event", "after", 2),
    "event committed, not answered": ("system_under_test.app.relay:OutboxRelay.wake", "before", 1),
    "message not in the queue": ("system_under_test.app.relay:send", "before", 1),
    "message in the queue, still in the outbox": ("system_under_test.app.relay:send", "after", 1),
}


class Site:
    """Everything but the app, which each test starts itself, with a fault and without."""

    def __init__(self, settings: AppSettings, port: int, provider: Stripe, postbox: MailDouble) -> None:
        self.settings = settings
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.provider = provider
        self.postbox = postbox
        self.environment: dict[str, str] = {}

    def healthy_app(self) -> RunningApp:
        return RunningApp(create_app(self.settings), self.port)


@pytest.fixture(scope="module")
def site_process_wide(
    settings: AppSettings,
    process_environment: dict[str, str],
    mail_server: MailDouble,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    port = free_port()
    with stripe_process(f"http://127.0.0.1:{port}/webhooks/stripe", retry_base="0.1", max_attempts="12") as provider:
        changed = settings.model_copy(
            update={"stripe_api_base": provider.url, "public_url": f"http://127.0.0.1:{port}", "rate_limits": False}
        )
        site = Site(changed, port, provider, mail_server)
        site.environment = {
            **process_environment,
            "SHOP_STRIPE_API_BASE": provider.url,
            "SHOP_PUBLIC_URL": site.url,
            "SHOP_SMTP_PORT": str(mail_server.port),
            "SHOP_RATE_LIMITS": "false",
        }
        with worker(site.environment, tmp_path_factory.mktemp("worker") / "worker.log"):
            yield site


@pytest.fixture
def site(app: RunningApp, till_of_module: Till, site_process_wide: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site without memory; no other shop of the test process may carry its messages away."""
    for other in (app.shop, till_of_module.shop):
        monkeypatch.setattr(other.relay, "turn", lambda: 0)
    site_process_wide.provider.reset()
    site_process_wide.postbox.reset()
    till_of_module.rows(EVERY_TABLE)
    return site_process_wide


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*PLACING, *PAYING])
def test_power_cut(site: Site, till_of_module: Till, tmp_path: Path, fault: str) -> None:
    log = tmp_path / "app.log"
    with httpx.Client(base_url=site.url, timeout=20) as browser:
        customer = Customer(browser)
        with faulty("app", {**PLACING, **PAYING}[fault], site.environment, log, "--port", str(site.port)) as first:
            wait_until(lambda: answers(f"{site.url}/livez"))
            customer.fill_cart("a4-wall", 2)
            customer.fill_cart("a3-wall", 1)
            if fault in PLACING:
                with pytest.raises(httpx.TransportError):
                    customer.place("key-1")
            else:
                order = customer.place("key-1")
                site.provider.pay(order["checkoutUrl"])
            wait_for_cut(first, log)
        with site.healthy_app():
            if fault in PLACING:
                order = customer.place("key-1")
                assert site.provider.pay(order["checkoutUrl"]).status_code == 303
            check_invariants(till_of_module, site.provider, site.postbox, order["id"])
            assert customer.order(order["id"])["status"] == "PAID"
