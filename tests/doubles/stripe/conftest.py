"""The double as a process of its own, the official library as its client, and a receiver of webhooks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
import stripe

from tests.doubles.stripe.helpers import API_KEY, SECRET, Receiver, StripeDouble
from tests.shop.helpers import ROOT, answers, free_port, wait_until


@pytest.fixture(scope="session")
def receiver_process_wide() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="session")
def double_process(receiver_process_wide: Receiver) -> Iterator[str]:
    """Start the double once; return its address."""
    port = free_port()
    settings = {
        "DOUBLE_STRIPE_WEBHOOK_URL": receiver_process_wide.url,
        "DOUBLE_STRIPE_WEBHOOK_SECRET": SECRET,
        "DOUBLE_STRIPE_RETRY_BASE": "0.02",
        "DOUBLE_STRIPE_MAX_ATTEMPTS": "4",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOP_", "DOUBLE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "system_under_test.doubles.stripe", "--port", str(port), "--api-key", API_KEY],
        cwd=ROOT,
        env={**kept, **settings},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/livez"))
        yield f"http://127.0.0.1:{port}"
        assert process.poll() is None, "the double ended by itself"
    finally:
        process.terminate()
        assert process.wait(10) == 0


@pytest.fixture(scope="session")
def client(double_process: str) -> stripe.StripeClient:
    return stripe.StripeClient(API_KEY, base_addresses={"api": double_process})


@pytest.fixture
def receiver(receiver_process_wide: Receiver, double: StripeDouble) -> Receiver:
    return receiver_process_wide


@pytest.fixture
def double(double_process: str, client: stripe.StripeClient, receiver_process_wide: Receiver) -> Iterator[StripeDouble]:
    """The double without memory of other tests."""
    receiver_process_wide.clear()
    with httpx.Client(base_url=double_process, timeout=20, follow_redirects=False) as browser:
        running = StripeDouble(client, browser)
        yield running
        running.control("webhooks", mode="normal")
        wait_until(lambda: all(d["state"] != "waiting" for d in running.deliveries()))
        running.control("reset")
