"""The worker's power is cut at every step between a payment and its confirmation; nothing is lost or done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop.payments.power_cuts import check_invariants, faulty, wait_for_cut
from tests.shop.payments.till import Customer, Stripe, Till
from tests.shop.worker.conftest import mail_server, postbox
from tests.shop.worker.support import MailDouble, forget_heartbeats, worker

__all__ = ["mail_server", "postbox"]

FAULTS = {
    "event not looked at": ("system_under_test.payments.work:handle_webhook", "before", 1),
    "order paid, not committed": ("system_under_test.payments.settlement:_mark_paid", "after", 1),
    "event finished, not committed": ("system_under_test.payments.inbox:finish_event", "after", 2),
    "events committed, not acknowledged": ("system_under_test.payments.work:handle_webhook", "after", 2),
    "PDF begun": ("system_under_test.worker.actors:render_pdf", "before", 1),
    "PDF stored, row not written": ("system_under_test.printing.storage:ObjectStore.put", "after", 1),
    "PDF done, not acknowledged": ("system_under_test.worker.actors:Workshop.make_pdf", "after", 1),
    "letter begun": ("system_under_test.mail.postman:Postman._deliver", "before", 1),
    "letter sent, row not written": ("system_under_test.mail.service:mark_sent", "before", 1),
    "letter marked, not acknowledged": ("system_under_test.mail.service:mark_sent", "after", 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_power_cut(
    till: Till,
    provider: Stripe,
    customer: Customer,
    process_environment: dict[str, str],
    postbox: MailDouble,
    tmp_path: Path,
    fault: str,
) -> None:
    environment = {
        **process_environment,
        "SHOP_STRIPE_API_BASE": provider.url,
        "SHOP_PUBLIC_URL": till.url,
        "SHOP_SMTP_PORT": str(postbox.port),
    }
    log = tmp_path / "worker.log"
    with faulty("worker", FAULTS[fault], environment, log, "--threads", "1") as first:
        customer.fill_cart("a4-wall", 2)
        customer.fill_cart("a3-wall", 1)
        order = customer.place()
        assert provider.pay(order["checkoutUrl"]).status_code == 303
        wait_for_cut(first, log)
    forget_heartbeats(till.shop)
    with worker(environment, tmp_path / "healthy.log"):
        check_invariants(till, provider, postbox, order["id"])
