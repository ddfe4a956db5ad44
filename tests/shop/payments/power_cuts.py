"""What the tests that kill the shop share: processes with a fault, and what must hold when all is over."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.shop.helpers import wait_until
from tests.shop.payments.faulty import CUT
from tests.shop.payments.till import Stripe, Till
from tests.shop.worker.support import MailDouble, header, process

SCRIPT = str(Path(__file__).with_name("faulty.py"))
ALL_DONE = (
    "SELECT (SELECT count(*) FROM pdf_jobs WHERE status = 'DONE') = (SELECT count(*) FROM order_items)"
    " AND (SELECT bool_and(status = 'SENT') FROM mails) AND NOT EXISTS (SELECT FROM outbox)"
    " AND NOT EXISTS (SELECT FROM webhook_events WHERE status = 'RECEIVED')"
)


@contextmanager
def faulty(
    part: str, fault: tuple[str, str, int], environment: Mapping[str, str], log: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run app or worker with a fault (function, before or after, which call)."""
    target, when, nth = fault
    with process(dict(environment), log, SCRIPT, part, target, when, str(nth), *arguments) as started:
        yield started


def wait_for_cut(started: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the process has ended at its fault point, and nowhere else."""
    assert wait_until(lambda: started.poll() is not None and [started.returncode]) == [CUT], log.read_text()


def check_invariants(till: Till, provider: Stripe, postbox: MailDouble, order_id: str) -> None:
    """Wait until the shop has done everything; then nothing may be missing and nothing be there twice."""
    wait_until(lambda: till.rows(ALL_DONE) == [True], 60)
    assert till.rows("SELECT id, status FROM orders") == [(uuid.UUID(order_id), "PAID")], "placed once and paid"
    (session,) = [s for s in provider.sessions() if s.status != "expired"]
    (total,) = till.rows("SELECT total_cents FROM orders")
    assert (session.payment_status, session.amount_total, provider.paid_cents()) == ("paid", total, total)
    assert till.rows("SELECT stripe_session_id, stripe_payment_intent FROM orders") == [
        (session.id, session.payment_intent)
    ]
    jobs = till.rows("SELECT order_item_id FROM pdf_jobs ORDER BY 1")
    assert jobs == till.rows("SELECT id FROM order_items ORDER BY 1"), "one PDF for each item"
    assert till.rows("SELECT kind, status FROM mails") == [("confirmation", "SENT")]
    letters = postbox.messages()
    assert len({header(letter, "Message-ID") for letter in letters}) == 1, "one letter, though it may come twice"
    history = till.rows("SELECT new_status FROM order_changes ORDER BY id")
    assert history == ["PLACED", "PAID"]
    assert till.rows("SELECT count(*) FROM cart_items") == [0]
